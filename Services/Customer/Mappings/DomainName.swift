/// A host's name, in lower case and without a dot at its end (RFC 1123; underscores are let in).
struct DomainName: Sendable, Equatable {
  static let maxLength = 253

  let text: String

  init(_ text: String) throws(FieldFault) {
    var name = text.lowercased()
    if name.hasSuffix(".") { name.removeLast() }
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard name.utf8.count <= Self.maxLength, labels.allSatisfy(Self.isLabel) else {
      throw FieldFault("must be a domain like example.com, in ASCII (xn--… for other letters)")
    }
    self.text = name
  }

  private static func isLabel(_ label: Substring.UTF8View.SubSequence) -> Bool {
    guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else {
      return false
    }
    return label.allSatisfy {
      (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
  }
}

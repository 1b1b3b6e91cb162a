/// An e-mail address within the limits of RFC 5321. Quoted local parts and address literals are not accepted: nobody
/// who wants mail has them. Kept as written; compared without regard to case.
struct EmailAddress: Sendable, Hashable {
  static let maxLength = 254
  let text: String

  init(_ text: String) throws(FieldFault) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.maxLength else {
      throw FieldFault("must have at most \(Self.maxLength) bytes")
    }
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else {
      throw FieldFault("must be an e-mail address such as name@example.com")
    }
    guard Self.isLocal(bytes[..<at]) else {
      throw FieldFault("has a part before the \"@\" that is empty, too long or has characters that are not allowed")
    }
    guard Self.isDomain(bytes[(at + 1)...]) else {
      throw FieldFault("must have a domain name such as example.com after the \"@\"")
    }
    self.text = text
  }

  /// Dot-separated atoms (RFC 5322), UTF-8 included (RFC 6531).
  private static func isLocal(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard (1...64).contains(bytes.count) else { return false }
    return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty && atom.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
    }
  }

  private static func isDomain(_ bytes: ArraySlice<UInt8>) -> Bool {
    let hyphen = UInt8(ascii: "-")
    let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return labels.count >= 2
      && labels.allSatisfy { label in
        (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
          && label.allSatisfy { isAlphanumeric($0) || $0 == hyphen }
      }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
    default: false
    }
  }
}

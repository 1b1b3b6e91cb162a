import Service

/// Checks `Authorization`.
struct Bearer: Sendable {
  private let expected: String?

  /// Nil accepts any well-formed JWT.
  init(_ token: Secret?) { expected = token.map { "Bearer \($0.value)" } }

  func accepts(_ header: String?) -> Bool {
    guard let header else { return false }
    if let expected { return header == expected }
    guard header.hasPrefix("Bearer ") else { return false }
    let parts = header.utf8.dropFirst(7).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 3 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(Self.isBase64URL) }
  }

  private static func isBase64URL(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

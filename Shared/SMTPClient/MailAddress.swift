/// An address as it may stand in a mail's envelope and header: nothing in it can end a line or begin another field.
public struct MailAddress: Sendable, Hashable {
  public static let maxLength = 254

  public let text: String

  /// - Throws: `SMTPError` `.invalid`.
  public init(_ text: String) throws(SMTPError) {
    let bytes = Array(text.utf8)
    let isFit = bytes.allSatisfy { byte in
      byte > 0x20 && byte != 0x7F && !"<>()[],;:\\\"".utf8.contains(byte)
    }
    let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard isFit, bytes.count <= Self.maxLength, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
      throw SMTPError(.invalid, "this is no address that mail can be sent to")
    }
    self.text = text
  }

  /// What stands behind the "@".
  var domain: Substring { text[text.index(after: text.firstIndex(of: "@") ?? text.startIndex)...] }
}

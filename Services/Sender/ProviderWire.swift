import Contracts
import FoundationEssentials

/// The bytes of the send API. Written by hand where every message passes: a general encoder costs ten times as much.
enum ProviderWire {
  private static let ok = Array(#"{"code":0,"message":"OK"}"#.utf8)

  /// `{"id": int64, "phone": int64, "text": string}`; the API wants the phone as a number.
  static func body(of message: BatchMessage) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64 + message.text.utf8.count)
    bytes += #"{"id":"#.utf8
    bytes += String(message.id).utf8
    bytes += #","phone":"#.utf8
    bytes += message.phone.utf8
    bytes += #","text":""#.utf8
    appendEscaped(message.text, to: &bytes)
    bytes += #""}"#.utf8
    return bytes
  }

  /// The reply, or nil where it does not fit the contract.
  static func read(_ bytes: [UInt8]) -> ProviderBody? {
    if bytes == ok { return ProviderBody(code: 0, message: "OK") }
    guard let value = try? JSONDecoder().decode(Reply.self, from: Data(bytes)) else { return nil }
    return ProviderBody(code: value.code, message: value.message)
  }

  /// Retry-After in seconds (RFC 9110); its date form is rare in APIs and read as absent.
  static func retryAfter(_ value: String?) -> Duration? {
    guard let value, let seconds = Int(value), (0...86_400).contains(seconds) else { return nil }
    return .seconds(seconds)
  }

  private struct Reply: Decodable {
    let code: Int64
    let message: String?
  }

  /// RFC 8259, section 7.
  private static func appendEscaped(_ text: String, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x00..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes += #"\u00"#.utf8
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
  }
}

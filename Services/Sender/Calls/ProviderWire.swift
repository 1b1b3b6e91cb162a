import Contracts
import FoundationEssentials

/// The bytes of the send API. Written by hand where every message passes: a general encoder costs ten times as much.
enum ProviderWire {
  private static let ok = Array(#"{"code":0,"message":"OK"}"#.utf8)
  static let success = ProviderBody(code: 0, message: "OK")

  /// Whether it is, to the letter, the answer that nearly every call gets.
  static func isPlainSuccess(_ bytes: [UInt8]) -> Bool { bytes == ok }

  /// `{"id": int64, "phone": int64, "text": string}`; the API wants the phone as a number.
  static func body(of message: BatchMessage) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64 + message.text.utf8.count)
    bytes.append(json: #"{"id":"#)
    bytes.append(number: message.id)
    bytes.append(json: #","phone":"#)
    bytes += message.phone.utf8
    bytes.append(json: #","text":"#)
    bytes.append(string: message.text)
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  /// The reply, or nil where it does not fit the contract.
  static func read(_ bytes: [UInt8]) -> ProviderBody? {
    guard let value = try? JSONDecoder().decode(Reply.self, from: Data(bytes)) else { return nil }
    return ProviderBody(code: value.code, message: value.message)
  }

  private struct Reply: Decodable {
    let code: Int64
    let message: String?
  }
}

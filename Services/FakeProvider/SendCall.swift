import FoundationEssentials

/// What a call asks for: `{"id": 1, "phone": 79161234567, "text": "…"}`.
struct SendCall: Sendable, Equatable {
  let id: Int64
  let phone: Int64
  /// UTF-8.
  let text: [UInt8]

  /// FNV-1a, 64 bits, of the text.
  var textHash: UInt64 {
    text.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// Reads a body; nil where it is not such an object. The scanner takes the usual form, the decoder all others.
  init?(_ body: [UInt8]) {
    if let call = SendCallScanner.scan(body) {
      self = call
    } else if let plain = try? JSONDecoder().decode(Plain.self, from: Data(body)) {
      self.init(id: plain.id, phone: plain.phone, text: Array(plain.text.utf8))
    } else {
      return nil
    }
  }

  init(id: Int64, phone: Int64, text: [UInt8]) {
    self.id = id
    self.phone = phone
    self.text = text
  }

  private struct Plain: Decodable {
    let id: Int64
    let phone: Int64
    let text: String
  }
}

/// One message as `GET /fake/calls/{id}` shows it.
struct CallView: Encodable, Sendable {
  let id: Int64
  let phone: Int64
  let count: UInt32
  let accepted: UInt32
  let firstArrival: String
  let lastArrival: String
  /// FNV-1a, 64 bits, as 16 hexadecimal digits.
  let textHash: String
  /// Left out where it is no longer kept.
  let text: String?

  init(_ record: CallRecord, text: [UInt8]?) {
    id = record.id
    phone = record.phone
    count = record.calls
    accepted = record.accepted
    firstArrival = ArrivalTime.text(record.firstArrival)
    lastArrival = ArrivalTime.text(record.lastArrival)
    textHash = Self.hexadecimal(record.textHash)
    self.text = text.map { String(decoding: $0, as: UTF8.self) }
  }

  static func hexadecimal(_ hash: UInt64) -> String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private enum CodingKeys: String, CodingKey {
    case id, phone, count, accepted, text
    case firstArrival = "first_arrival"
    case lastArrival = "last_arrival"
    case textHash = "text_hash"
  }
}

import Contracts

/// A batch as far as statistics care: the texts and phones are skipped, not read.
struct QueuedBatch: Contract {
  static let type = Batch.type

  struct Message: Codable, Sendable {
    let id: Int64
    let customerID: Int64
    let round: Int?
    let hop: Int?
    let attempts: Int?

    enum CodingKeys: String, CodingKey {
      case id, round, hop, attempts
      case customerID = "customer_id"
    }
  }

  let id: Int64
  let mailoutID: Int64
  let issuedAt: Int64
  let messages: [Message]

  enum CodingKeys: String, CodingKey {
    case id, messages
    case mailoutID = "mailout_id"
    case issuedAt = "issued_at"
  }
}

/// `mailout.batch.v1`, in which each message was an object with its whole text: read for as long as an earlier release's
/// batches may be on their way.
enum BatchV1 {
  static let type = "mailout.batch.v1"

  static func messages(_ reader: inout JSONReader) throws(JSONReader.Fault) -> [BatchMessage] {
    var messages: [BatchMessage] = []
    try reader.array { _, reader throws(JSONReader.Fault) in messages.append(try message(&reader)) }
    return messages
  }

  private static func message(_ reader: inout JSONReader) throws(JSONReader.Fault) -> BatchMessage {
    var id: Int64?
    var customerID: Int64?
    var phone: String?
    var text: String?
    var (round, hop, attempts) = (0, 0, 0)
    var isUnknown = false
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "id": id = try reader.integer()
      case "customer_id": customerID = try reader.integer()
      case "phone": phone = try reader.string()
      case "text": text = try reader.string()
      case "round": round = try reader.int()
      case "hop": hop = try reader.int()
      case "attempts": attempts = try reader.int()
      case "unknown": isUnknown = try reader.bool()
      default: try reader.skip()
      }
    }
    return BatchMessage(
      id: try required(id, "id"), customerID: try required(customerID, "customer_id"),
      phone: try required(phone, "phone"), text: try required(text, "text"), round: round, hop: hop,
      attempts: attempts, isUnknown: isUnknown)
  }
}

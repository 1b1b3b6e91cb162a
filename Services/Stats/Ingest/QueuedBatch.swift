import Contracts

/// A batch as far as statistics care: the texts and phones are skipped, not read.
struct QueuedBatch: WireReadable {
  static let type = Batch.type
  static let formerTypes = Batch.formerTypes

  struct Message: Sendable {
    var id: Int64
    /// 0 for a test, which goes to a phone.
    var customerID: Int64
    var round = 0
    var hop = 0
    var attempts = 0
  }

  var id: Int64
  var mailoutID: Int64
  var issuedAt: Int64
  var messages: [Message]

  static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> QueuedBatch {
    var batch = QueuedBatch(id: 0, mailoutID: -1, issuedAt: -1, messages: [])
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "id": batch.id = try reader.integer()
      case "mailout_id": batch.mailoutID = try reader.integer()
      case "issued_at": batch.issuedAt = try reader.integer()
      case "messages":
        if reader.isAtArray {
          try reader.array { _, reader throws(JSONReader.Fault) in batch.messages.append(try message(&reader)) }
        } else {
          batch.messages = try columns(&reader)
        }
      default: try reader.skip()
      }
    }
    guard batch.mailoutID >= 0, batch.issuedAt >= 0, !batch.messages.isEmpty else {
      throw JSONReader.Fault(detail: "lacks mailout_id, issued_at or messages")
    }
    return batch
  }

  private static func columns(_ reader: inout JSONReader) throws(JSONReader.Fault) -> [Message] {
    var (ids, customerIDs): ([Int64], [Int64]) = ([], [])
    var (rounds, hops, attempts): ([Int64], [Int64], [Int64]) = ([], [], [])
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "id": ids = try reader.integers()
      case "customer_id": customerIDs = try reader.integers()
      case "round": rounds = try reader.integers()
      case "hop": hops = try reader.integers()
      case "attempts": attempts = try reader.integers()
      default: try reader.skip()
      }
    }
    try Columns.check(
      ids.count, ["customer_id": customerIDs.count],
      optional: ["round": rounds.count, "hop": hops.count, "attempts": attempts.count])
    return try ids.indices.map { index throws(JSONReader.Fault) in
      let message = Message(
        id: ids[index], customerID: customerIDs[index], round: Columns.element(index, of: rounds),
        hop: Columns.element(index, of: hops), attempts: Columns.element(index, of: attempts))
      guard message.id > 0, message.customerID >= 0 else {
        throw JSONReader.Fault(path: "/id/\(index)", detail: "is not above 0, or its customer_id is below")
      }
      return message
    }
  }

  /// As `mailout.batch.v1` has it.
  private static func message(_ reader: inout JSONReader) throws(JSONReader.Fault) -> Message {
    var message = Message(id: 0, customerID: -1)
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "id": message.id = try reader.integer()
      case "customer_id": message.customerID = try reader.integer()
      case "round": message.round = try reader.int()
      case "hop": message.hop = try reader.int()
      case "attempts": message.attempts = try reader.int()
      default: try reader.skip()
      }
    }
    guard message.id > 0, message.customerID >= 0 else {
      throw JSONReader.Fault(detail: "lacks id or customer_id")
    }
    return message
  }
}

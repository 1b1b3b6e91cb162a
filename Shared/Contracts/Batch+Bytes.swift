/// Batches by hand, both ways: every message passes here three times.
extension Batch: WireReadable {
  public static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> Batch {
    var id: Int64?
    var mailoutID: Int64?
    var provider: String?
    var issuedAt: Int64?
    var deadline: Int64?
    var messages: [BatchMessage]?
    var batch = Batch(id: 0, mailoutID: 0, provider: "", issuedAt: 0, deadline: 0, messages: [])
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "id": id = try reader.integer()
      case "mailout_id": mailoutID = try reader.integer()
      case "revision": batch.revision = try reader.integer()
      case "provider": provider = try reader.string()
      case "issued_at": issuedAt = try reader.integer()
      case "as_of": batch.asOf = try reader.optionalInteger()
      case "deadline": deadline = try reader.integer()
      case "closes_at": batch.closesAt = try reader.optionalInteger()
      case "rate_limit": batch.rateLimit = try reader.optionalInteger().map { Int($0) }
      case "messages":
        var read: [BatchMessage] = []
        read.reserveCapacity(Batch.maxCount)
        try reader.array { _, reader throws(JSONReader.Fault) in read.append(try BatchMessage.read(&reader)) }
        messages = read
      default: try reader.skip()
      }
    }
    batch.id = try required(id, "id")
    batch.mailoutID = try required(mailoutID, "mailout_id")
    batch.provider = try required(provider, "provider")
    batch.issuedAt = try required(issuedAt, "issued_at")
    batch.deadline = try required(deadline, "deadline")
    batch.messages = try required(messages, "messages")
    return batch
  }

  /// As `Codable` would write it.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + messages.reduce(0) { $0 + 96 + $1.text.utf8.count * 9 / 8 })
    bytes.append(json: #"{"id":"#)
    bytes.append(number: id)
    bytes.append(member: "mailout_id", number: mailoutID)
    if revision != 0 { bytes.append(member: "revision", number: revision) }
    bytes.append(member: "provider", provider)
    bytes.append(member: "issued_at", number: issuedAt)
    if let asOf { bytes.append(member: "as_of", number: asOf) }
    bytes.append(member: "deadline", number: deadline)
    if let closesAt { bytes.append(member: "closes_at", number: closesAt) }
    if let rateLimit { bytes.append(member: "rate_limit", number: Int64(rateLimit)) }
    bytes.append(json: #","messages":["#)
    for (index, message) in messages.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      message.append(to: &bytes)
    }
    bytes.append(json: "]}")
    return bytes
  }
}

extension BatchMessage {
  static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> BatchMessage {
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

  func append(to bytes: inout [UInt8]) {
    bytes.append(json: #"{"id":"#)
    bytes.append(number: id)
    bytes.append(member: "customer_id", number: customerID)
    bytes.append(member: "phone", phone)
    bytes.append(member: "text", text)
    if round != 0 { bytes.append(member: "round", number: Int64(round)) }
    if hop != 0 { bytes.append(member: "hop", number: Int64(hop)) }
    if attempts != 0 { bytes.append(member: "attempts", number: Int64(attempts)) }
    if isUnknown { bytes.append(json: #","unknown":true"#) }
    bytes.append(UInt8(ascii: "}"))
  }
}

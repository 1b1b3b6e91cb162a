/// Outcomes by hand, both ways: every message passes here in a sender's journal and on the wire, and a general encoder
/// costs ten times as much.
extension Outcome {
  /// Appends this outcome as a JSON object.
  public func append(to bytes: inout [UInt8]) {
    bytes.append(json: #"{"id":"#)
    bytes.append(number: messageID)
    bytes.append(member: "mailout_id", number: mailoutID)
    bytes.append(member: "customer_id", number: customerID)
    bytes.append(member: "status", status.rawValue)
    bytes.append(member: "round", number: Int64(round))
    bytes.append(member: "hop", number: Int64(hop))
    bytes.append(member: "attempts", number: Int64(attempts))
    bytes.append(member: "at", number: at)
    if let reason { bytes.append(member: "reason", reason) }
    if let providerMessageID { bytes.append(member: "provider_message_id", providerMessageID) }
    if let latency { bytes.append(member: "latency_ms", number: Int64(latency)) }
    if let answer { bytes.append(member: "answer", answer) }
    if let provider { bytes.append(member: "provider", provider) }
    if let own {
      bytes.append(json: #","own":"#)
      own.append(to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  public static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> Outcome {
    var id: Int64?
    var mailoutID: Int64?
    var customerID: Int64?
    var status: MessageStatus?
    var at: Int64?
    var outcome = Outcome(messageID: 0, mailoutID: 0, customerID: 0, status: .queued, at: 0)
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "id": id = try reader.integer()
      case "mailout_id": mailoutID = try reader.integer()
      case "customer_id": customerID = try reader.integer()
      case "status":
        let text = try reader.string()
        guard let known = MessageStatus(rawValue: text) else {
          throw JSONReader.Fault(detail: "\(text.prefix(50)) is not a status")
        }
        status = known
      case "round": outcome.round = try reader.int()
      case "hop": outcome.hop = try reader.int()
      case "attempts": outcome.attempts = try reader.int()
      case "at": at = try reader.integer()
      case "reason": outcome.reason = try reader.optionalString()
      case "provider_message_id": outcome.providerMessageID = try reader.optionalString()
      case "latency_ms": outcome.latency = try reader.optionalInteger().map { Int($0) }
      case "answer": outcome.answer = try reader.optionalString()
      case "provider": outcome.provider = try reader.optionalString()
      case "own": outcome.own = try reader.null() ? nil : try OwnText.read(&reader)
      default: try reader.skip()
      }
    }
    outcome.messageID = try required(id, "id")
    outcome.mailoutID = try required(mailoutID, "mailout_id")
    outcome.customerID = try required(customerID, "customer_id")
    outcome.status = try required(status, "status")
    outcome.at = try required(at, "at")
    return outcome
  }
}

extension Outcome {
  /// Appends this outcome as the JSON that `Codable` would write. By hand, because every message passes here twice (a
  /// sender's journal, and the wire): a general encoder costs ten times as much.
  public func append(to bytes: inout [UInt8]) {
    bytes += #"{"id":"#.utf8
    bytes += String(messageID).utf8
    bytes += #","mailout_id":"#.utf8
    bytes += String(mailoutID).utf8
    bytes += #","customer_id":"#.utf8
    bytes += String(customerID).utf8
    bytes += #","status":""#.utf8
    bytes += status.rawValue.utf8
    bytes += #"","round":"#.utf8
    bytes += String(round).utf8
    bytes += #","hop":"#.utf8
    bytes += String(hop).utf8
    bytes += #","attempts":"#.utf8
    bytes += String(attempts).utf8
    bytes += #","at":"#.utf8
    bytes += String(at).utf8
    if let reason { Self.append("reason", reason, to: &bytes) }
    if let providerMessageID { Self.append("provider_message_id", providerMessageID, to: &bytes) }
    if let latency {
      bytes += #","latency_ms":"#.utf8
      bytes += String(latency).utf8
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private static func append(_ name: String, _ text: String, to bytes: inout [UInt8]) {
    bytes += #",""#.utf8
    bytes += name.utf8
    bytes += #"":"#.utf8
    bytes += JSON.string(text).bytes
  }
}

extension OutcomeGroup {
  /// The data of its envelope, as `Codable` would write it.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32 + outcomes.count * 160)
    bytes += #"{"outcomes":["#.utf8
    for (index, outcome) in outcomes.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      outcome.append(to: &bytes)
    }
    bytes += "]}".utf8
    return bytes
  }
}

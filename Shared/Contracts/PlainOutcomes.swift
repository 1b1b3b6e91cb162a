/// Outcomes of one mailout of which there is nothing to say but when and how long: a list for each member.
enum PlainOutcomes {
  static func append(_ outcomes: [Outcome], to bytes: inout [UInt8]) {
    let since = outcomes.map(\.at).min() ?? 0
    bytes.append(json: #"{"id":"#)
    bytes.append(numbers: outcomes) { $0.messageID }
    bytes.append(json: #","customer_id":"#)
    bytes.append(numbers: outcomes) { $0.customerID }
    bytes.append(member: "since", number: since)
    bytes.append(json: #","at":"#)
    bytes.append(numbers: outcomes) { $0.at - since }
    bytes.append(json: #","latency_ms":"#)
    bytes.append(numbers: outcomes) { Int64($0.latency ?? 0) }
    if outcomes.contains(where: { $0.providerMessageID != nil }) {
      bytes.append(json: #","provider_message_id":"#)
      bytes.append(list: outcomes) { bytes, outcome in
        if let id = outcome.providerMessageID { bytes.append(string: id) } else { bytes.append(json: "null") }
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// - Returns: outcomes without their mailout.
  static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> [Outcome] {
    var (ids, customerIDs, times, latencies): ([Int64], [Int64], [Int64], [Int64]) = ([], [], [], [])
    var since: Int64?
    var names: [String?] = []
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "id": ids = try reader.integers()
      case "customer_id": customerIDs = try reader.integers()
      case "since": since = try reader.integer()
      case "at": times = try reader.integers()
      case "latency_ms": latencies = try reader.integers()
      case "provider_message_id":
        try reader.array { _, reader throws(JSONReader.Fault) in names.append(try reader.optionalString()) }
      default: try reader.skip()
      }
    }
    let start = try required(since, "since")
    try Columns.check(
      ids.count, ["customer_id": customerIDs.count, "at": times.count, "latency_ms": latencies.count],
      optional: ["provider_message_id": names.count])
    return try ids.indices.map { index throws(JSONReader.Fault) in
      let (at, overflow) = start.addingReportingOverflow(times[index])
      guard !overflow else { throw JSONReader.Fault(path: "/at/\(index)", detail: "is out of range") }
      return Outcome(
        messageID: ids[index], mailoutID: 0, customerID: customerIDs[index], status: .sent, attempts: 1,
        providerMessageID: names.isEmpty ? nil : names[index], at: at, latency: Int(latencies[index]))
    }
  }
}

extension Outcome {
  /// Sent by the first call of a first issue, with a plain success.
  var isPlain: Bool {
    status == .sent && round == 0 && hop == 0 && attempts == 1 && latency != nil && reason == nil && answer == nil
      && provider == nil && own == nil
  }
}

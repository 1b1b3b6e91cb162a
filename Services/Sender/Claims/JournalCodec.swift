import Contracts

/// The journal's rows: results in a few bytes each, since every message passes here. What its batch says is not repeated.
///
/// A row is a version byte and, for each result: the id less the one before it, a status, which optional parts follow,
/// the attempts, the time less the one before it, and those parts. Numbers are variable-length, signed ones zigzag.
enum JournalCodec {
  private static let version: UInt8 = 2
  private static let statuses = MessageStatus.allCases

  private struct Parts: OptionSet {
    let rawValue: UInt8
    static let reason = Parts(rawValue: 1)
    static let latency = Parts(rawValue: 2)
    static let waiting = Parts(rawValue: 4)
    static let answer = Parts(rawValue: 8)
    static let provider = Parts(rawValue: 16)
    static let providerMessageID = Parts(rawValue: 32)
  }

  static func encode(_ results: [MessageResult]) -> [UInt8] {
    var bytes: [UInt8] = [version]
    bytes.reserveCapacity(1 + results.count * 16)
    var (id, at): (Int64, Int64) = (0, 0)
    for result in results {
      let outcome = result.outcome
      var parts: Parts = []
      if outcome.reason != nil { parts.insert(.reason) }
      if outcome.latency != nil { parts.insert(.latency) }
      if result.waiting != nil { parts.insert(.waiting) }
      if outcome.answer != nil { parts.insert(.answer) }
      if outcome.provider != nil { parts.insert(.provider) }
      if outcome.providerMessageID != nil { parts.insert(.providerMessageID) }
      bytes.append(varint: outcome.messageID - id)
      bytes.append(UInt8(statuses.firstIndex(of: outcome.status) ?? 0))
      bytes.append(parts.rawValue)
      bytes.append(varint: Int64(outcome.attempts))
      bytes.append(varint: outcome.at - at)
      (id, at) = (outcome.messageID, outcome.at)
      if let reason = outcome.reason { bytes.append(counted: reason) }
      if let latency = outcome.latency { bytes.append(varint: Int64(latency)) }
      if let waiting = result.waiting { bytes.append(varint: waiting.dueAt - at) }
      if let answer = outcome.answer { bytes.append(counted: answer) }
      if let provider = outcome.provider { bytes.append(counted: provider) }
      if let providerMessageID = outcome.providerMessageID { bytes.append(counted: providerMessageID) }
    }
    return bytes
  }

  /// The results of a batch's journal, one a message: an append that was repeated because its answer was lost has
  /// written the same ones twice.
  static func results(in journal: [[UInt8]], of batch: Batch) throws(Problem) -> [MessageResult] {
    var seen: Set<Int64> = []
    var results: [MessageResult] = []
    for entry in journal {
      for result in try decode(entry, of: batch) where seen.insert(result.outcome.messageID).inserted {
        results.append(result)
      }
    }
    return results
  }

  /// - Parameter batch: the one the results belong to.
  /// - Throws: `Problem` for bytes this release did not write.
  static func decode(_ bytes: [UInt8], of batch: Batch) throws(Problem) -> [MessageResult] {
    let messages = Dictionary(batch.messages.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var reader = ByteReader(bytes)
    guard try reader.byte() == version else { throw ByteReader.fault }
    var results: [MessageResult] = []
    var (id, at): (Int64, Int64) = (0, 0)
    while !reader.isAtEnd {
      id += try reader.varint()
      let status = Int(try reader.byte())
      guard let message = messages[id], status < statuses.count else { throw ByteReader.fault }
      let parts = Parts(rawValue: try reader.byte())
      let attempts = Int(try reader.varint())
      at += try reader.varint()
      var outcome = Outcome(
        messageID: id, mailoutID: batch.mailoutID, customerID: message.customerID, status: statuses[status],
        round: message.round, hop: message.hop, attempts: attempts, at: at)
      if parts.contains(.reason) { outcome.reason = try reader.counted() }
      if parts.contains(.latency) { outcome.latency = Int(try reader.varint()) }
      let due = parts.contains(.waiting) ? at + (try reader.varint()) : nil
      if parts.contains(.answer) { outcome.answer = try reader.counted() }
      if parts.contains(.provider) { outcome.provider = try reader.counted() }
      if parts.contains(.providerMessageID) { outcome.providerMessageID = try reader.counted() }
      results.append(
        MessageResult(
          outcome: outcome, dueAt: due,
          isUnknown: message.isUnknown || (outcome.reason.map(MessageResult.isUnknown) ?? false)))
    }
    return results
  }
}

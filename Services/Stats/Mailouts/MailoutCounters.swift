import Contracts

/// The counters of one mailout, summed over the replicas.
struct MailoutCounters: Sendable, Equatable {
  private(set) var byStatus: [String: Int64] = [:]
  private(set) var byReason: [String: Int64] = [:]
  /// By unix minute and status.
  private(set) var byMinute: [Int64: [String: Int64]] = [:]
  private(set) var latencies: [Int: Int64] = [:]
  /// How often messages have been taken up by retry-failed, all together.
  private(set) var rounds: Int64 = 0

  mutating func add(kind: String, key: String, n: Int64) {
    switch kind {
    case "status": byStatus[key, default: 0] += n
    case "rounds": rounds += n
    case "reason": byReason[key, default: 0] += n
    case "latency": if let bucket = Int(key) { latencies[bucket, default: 0] += n }
    case "minute":
      let parts = key.split(separator: " ", maxSplits: 1)
      if parts.count == 2, let minute = Int64(parts[0]) {
        byMinute[minute, default: [:]][String(parts[1]), default: 0] += n
      }
    default: break
    }
  }

  /// Whether all that the scheduler has done with the mailout is known here to its end. One that went through
  /// retry-failed has a final state for every message from before it, too.
  func isComplete(_ fact: MailoutFact) -> Bool { final >= fact.issued && rounds >= fact.resent ?? 0 }

  /// Messages in a final state.
  var final: Int64 {
    byStatus.reduce(0) { sum, entry in sum + (MessageStatus(rawValue: entry.key)?.isFinal == true ? entry.value : 0) }
  }
}

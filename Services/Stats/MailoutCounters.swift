import Contracts

/// The counters of one mailout, summed over the replicas.
struct MailoutCounters: Sendable, Equatable {
  private(set) var byStatus: [String: Int64] = [:]
  private(set) var byReason: [String: Int64] = [:]
  /// By unix minute and status.
  private(set) var byMinute: [Int64: [String: Int64]] = [:]
  private(set) var latencies: [Int: Int64] = [:]

  mutating func add(kind: String, key: String, n: Int64) {
    switch kind {
    case "status": byStatus[key, default: 0] += n
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

  /// Messages in a final state.
  var final: Int64 {
    byStatus.reduce(0) { sum, entry in sum + (MessageStatus(rawValue: entry.key)?.isFinal == true ? entry.value : 0) }
  }
}

import Contracts

/// Cuts messages into batches within the limits of the wire.
enum BatchPlanner {
  /// Messages in one batch of a mailout with a rate of its own: at most two seconds of it.
  static func maxCount(rateLimit: Int?) -> Int { min(Batch.maxCount, 2 * (rateLimit ?? Batch.maxCount)) }

  /// - Parameter maxCount: at most so many in one; never more than `Batch.maxCount`.
  static func split(_ messages: [BatchMessage], maxCount: Int = Batch.maxCount) -> [[BatchMessage]] {
    let limit = max(1, min(maxCount, Batch.maxCount))
    var batches: [[BatchMessage]] = []
    var current: [BatchMessage] = []
    var bytes = 0
    for message in messages {
      // What JSON adds: names, ids, quotes; and escapes can double a text.
      let size = 2 * message.text.utf8.count + 120
      if !current.isEmpty && (current.count == limit || bytes + size > Batch.maxBytes) {
        batches.append(current)
        current = []
        bytes = 0
      }
      current.append(message)
      bytes += size
    }
    if !current.isEmpty { batches.append(current) }
    return batches
  }
}

import Contracts

/// Cuts messages into batches within the limits of the wire.
enum BatchPlanner {
  /// Messages in one batch of a mailout with a rate of its own: at most two seconds of it.
  static func maxCount(rateLimit: Int?) -> Int { min(Batch.maxCount, 2 * (rateLimit ?? Batch.maxCount)) }

  /// - Parameter maxCount: at most so many in one; never more than `Batch.maxCount`.
  static func split(_ messages: [BatchMessage], maxCount: Int = Batch.maxCount) -> [[BatchMessage]] {
    let limit = max(1, min(maxCount, Batch.maxCount))
    let shared = SharedText(of: messages.lazy.map(\.text))
    var batches: [[BatchMessage]] = []
    var current: [BatchMessage] = []
    let around = 2 * (shared.prefix + shared.suffix)
    var (bytes, texts) = (around, 0)
    for message in messages {
      let text = message.text.utf8.count
      // What JSON adds: ids, quotes, commas; and escapes can double a text.
      let size = 2 * (text - shared.prefix - shared.suffix) + 120
      let isFull = current.count == limit || bytes + size > Batch.maxBytes || texts + text > Batch.maxTextBytes
      if !current.isEmpty && isFull {
        batches.append(current)
        current = []
        (bytes, texts) = (around, 0)
      }
      current.append(message)
      bytes += size
      texts += text
    }
    if !current.isEmpty { batches.append(current) }
    return batches
  }
}

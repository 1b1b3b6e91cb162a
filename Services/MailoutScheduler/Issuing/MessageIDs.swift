/// Message ids from blocks of a sequence: ascending, one database round trip a thousand. Ids of an unfinished block are
/// left unused when the process ends.
actor MessageIDs {
  /// As the sequence's increment.
  static let blockSize: Int64 = 1000

  private let store: IssueStore
  private var next: Int64 = 0
  private var end: Int64 = 0

  init(store: IssueStore) { self.store = store }

  /// So many ids, ascending.
  func take(_ count: Int) async throws -> [Int64] {
    var ids: [Int64] = []
    ids.reserveCapacity(count)
    while ids.count < count {
      if next == end {
        // Others may have come while we waited; what they left of their block is smaller than ours, and is dropped.
        let block = try await store.messageBlock()
        (next, end) = (block, block + Self.blockSize)
      }
      let taken = min(Int64(count - ids.count), end - next)
      ids += next..<(next + taken)
      next += taken
    }
    return ids
  }
}

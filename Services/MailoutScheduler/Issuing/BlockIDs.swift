/// Ids in ascending order from blocks of a sequence: a database round trip now and then, not one each time. Ids of an
/// unfinished block are left unused when the process ends.
actor BlockIDs {
  private let block: @Sendable () async throws -> Range<Int64>
  private var rest: Range<Int64> = 0..<0

  /// - Parameter block: takes a block nobody else gets.
  init(block: @escaping @Sendable () async throws -> Range<Int64>) { self.block = block }

  /// So many ids, ascending.
  func take(_ count: Int) async throws -> [Int64] {
    var ids: [Int64] = []
    ids.reserveCapacity(count)
    while ids.count < count {
      // Others may have come while we waited; what they left of their block is smaller than ours, and is dropped.
      if rest.isEmpty { rest = try await block() }
      let taken = min(Int64(count - ids.count), rest.upperBound - rest.lowerBound)
      ids += rest.lowerBound..<(rest.lowerBound + taken)
      rest = (rest.lowerBound + taken)..<rest.upperBound
    }
    return ids
  }
}

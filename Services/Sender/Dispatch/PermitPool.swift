/// The permits of a process, K: calls whose result is not yet committed, which is what a killed sender may repeat. They
/// are shared evenly between the providers, so that one that hangs cannot hold them all. Unchecked: made once, then
/// touched on the dispatchers' loop only.
final class PermitPool: @unchecked Sendable {
  let total: Int
  private(set) var inUse = 0
  /// How many providers share them.
  var shares = 1

  init(total: Int) { self.total = total }

  /// The most that one provider holds.
  var share: Int { max(1, total / max(1, shares)) }

  /// - Parameter held: by the provider that asks.
  func take(held: Int) -> Bool {
    guard inUse < total, held < share else { return false }
    inUse += 1
    return true
  }

  func giveBack(_ count: Int) { inUse -= count }
}

/// What only the loop's thread touches.
struct LoopCore {
  var watches = WatchTable()
  var timers = TimerHeap()
  var deferred: [() -> Void] = []
}

/// A place for state that one thread owns; by address, since exclusivity checks at run time cost more than the state's
/// own work. Unchecked: every access is behind `EventLoop.checkIsolated` or in `run`.
final class LoopConfined<Value>: @unchecked Sendable {
  let place = UnsafeMutablePointer<Value>.allocate(capacity: 1)

  init(_ value: Value) { place.initialize(to: value) }

  deinit {
    place.deinitialize(count: 1)
    place.deallocate()
  }
}

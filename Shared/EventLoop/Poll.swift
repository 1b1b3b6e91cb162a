internal import CLinux

/// An epoll instance with an eventfd to wake it. `wake` may be called from any thread, the rest from the loop's.
struct Poll: Sendable {
  /// A watch that has something to say.
  struct Ready {
    let source: WatchTable.Source
    let readiness: Readiness
  }

  private static let capacity = 256
  private let epoll: Int32
  private let wakeup: Int32

  init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    wakeup = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(epoll >= 0 && wakeup >= 0, "no descriptors left for an event loop")
    add(WatchTable.Source(descriptor: wakeup, number: 0), .read)
  }

  func add(_ source: WatchTable.Source, _ interest: Readiness) {
    control(EPOLL_CTL_ADD, source, interest)
  }

  func modify(_ source: WatchTable.Source, _ interest: Readiness) {
    control(EPOLL_CTL_MOD, source, interest)
  }

  /// Harmless for a descriptor that is already closed.
  func remove(_ descriptor: Int32) {
    var event = epoll_event()
    _ = epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
  }

  func wake() {
    _ = eventfd_write(wakeup, 1)
  }

  /// Waits at most so long (-1: for ever) and tells what is ready, wake-ups left out.
  func wait(milliseconds: Int32, into ready: inout [Ready]) {
    ready.removeAll(keepingCapacity: true)
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.capacity) { events in
      let count = epoll_wait(epoll, events.baseAddress, Int32(Self.capacity), milliseconds)
      guard count > 0 else { return }
      for event in events.prefix(Int(count)) {
        let source = WatchTable.Source(
          descriptor: Int32(truncatingIfNeeded: event.data.u64), number: UInt32(event.data.u64 >> 32))
        if source.descriptor == wakeup {
          var value: eventfd_t = 0
          _ = eventfd_read(wakeup, &value)
        } else {
          ready.append(Ready(source: source, readiness: Readiness(rawValue: event.events)))
        }
      }
    }
  }

  func close() {
    _ = CLinux.close(epoll)
    _ = CLinux.close(wakeup)
  }

  private func control(_ operation: Int32, _ source: WatchTable.Source, _ interest: Readiness) {
    var event = epoll_event()
    event.events = interest.rawValue
    event.data.u64 = UInt64(source.number) << 32 | UInt64(UInt32(bitPattern: source.descriptor))
    let status = epoll_ctl(epoll, operation, source.descriptor, &event)
    precondition(status == 0, "epoll_ctl \(operation) failed for descriptor \(source.descriptor)")
  }
}

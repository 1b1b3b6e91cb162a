internal import CLinux

/// An epoll instance with an eventfd to wake it. `wake` may be called from any thread, the rest from the loop's.
struct Poll: Sendable {
  private static let capacity = 256
  private let epoll: Int32
  private let wakeup: Int32

  init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    wakeup = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(epoll >= 0 && wakeup >= 0, "no descriptors left for an event loop")
    add(wakeup, .read)
  }

  func add(_ descriptor: Int32, _ interest: Readiness) {
    control(EPOLL_CTL_ADD, descriptor, interest)
  }

  func modify(_ descriptor: Int32, _ interest: Readiness) {
    control(EPOLL_CTL_MOD, descriptor, interest)
  }

  /// Harmless for a descriptor that is already closed.
  func remove(_ descriptor: Int32) {
    var event = epoll_event()
    _ = epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
  }

  func wake() {
    _ = eventfd_write(wakeup, 1)
  }

  /// Waits at most so long (-1: for ever) and answers what is ready, wake-ups left out.
  func wait(milliseconds: Int32) -> [(descriptor: Int32, readiness: Readiness)] {
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.capacity) { events in
      let count = epoll_wait(epoll, events.baseAddress, Int32(Self.capacity), milliseconds)
      guard count > 0 else { return [] }
      var ready: [(Int32, Readiness)] = []
      ready.reserveCapacity(Int(count))
      for event in events.prefix(Int(count)) {
        if event.data.fd == wakeup {
          var value: eventfd_t = 0
          _ = eventfd_read(wakeup, &value)
        } else {
          ready.append((event.data.fd, Readiness(rawValue: event.events)))
        }
      }
      return ready
    }
  }

  func close() {
    _ = CLinux.close(epoll)
    _ = CLinux.close(wakeup)
  }

  private func control(_ operation: Int32, _ descriptor: Int32, _ interest: Readiness) {
    var event = epoll_event()
    event.events = interest.rawValue
    event.data.fd = descriptor
    let status = epoll_ctl(epoll, operation, descriptor, &event)
    precondition(status == 0, "epoll_ctl \(operation) failed for descriptor \(descriptor)")
  }
}

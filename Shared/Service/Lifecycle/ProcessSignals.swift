import EventLoop
internal import Glibc
import Synchronization

/// Hears the signals that end a process. One at most in a process.
///
/// The handler writes the signal's number to a pipe, which is all it may do safely; a thread of its own reads there,
/// so that signals count even while the cooperative pool is stuck. Blocking the signals and waiting for them
/// (sigwait) would not do: the main thread of an `async` main ends in Dispatch, which waits with nothing blocked.
actor ProcessSignals {
  private let loop = EventLoop(name: "signals")
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
  private var heard = 0

  /// Starts listening.
  /// - Parameters:
  ///   - numbers: the signals.
  ///   - first: called for the first of them, on the signal thread.
  ///   - again: called for every further one.
  func listen(
    for numbers: [Int32], first: @escaping @Sendable () -> Void, again: @escaping @Sendable (Int32) -> Void
  ) {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "no descriptors left for signals")
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    let reader = ends[0]
    signalPipe.store(ends[1], ordering: .releasing)
    loop.watch(reader, for: .read) { _ in
      self.assumeIsolated { $0.take(from: reader, first, again) }
    }
    for number in numbers {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = noteSignal
      action.sa_flags = SA_RESTART
      sigaction(number, &action, nil)
    }
  }

  private func take(from reader: Int32, _ first: () -> Void, _ again: (Int32) -> Void) {
    var number: UInt8 = 0
    while read(reader, &number, 1) == 1 {
      heard += 1
      if heard == 1 { first() } else { again(Int32(number)) }
    }
  }
}

/// Where the handler writes; -1 before `listen`.
private let signalPipe = Atomic<Int32>(-1)

/// Runs in the middle of anything: no allocation, no lock, and errno as it was.
private func noteSignal(_ number: Int32) {
  let saved = errno
  var byte = UInt8(truncatingIfNeeded: number)
  _ = write(signalPipe.load(ordering: .acquiring), &byte, 1)
  errno = saved
}

internal import CLinux
import Synchronization

/// One thread that runs an epoll loop, and with it the actors and tasks that choose it as their executor.
///
/// A driver puts its actor on a loop (`unownedExecutor`), watches its sockets there, and so runs its C library on
/// one thread without locks: what a readiness handler or a timer does is already isolated to the actor
/// (`assumeIsolated`). A loop lives as long as the process unless `stop()` is called.
public final class EventLoop: SerialExecutor, TaskExecutor, Sendable {
  public let name: String
  private let poll: Poll
  private let inbox: Mutex<Inbox>
  private let core = LoopConfined<LoopCore>(LoopCore())

  private struct Inbox {
    var jobs: [UnownedJob] = []
    var asleep = false
    var stopping = false

    /// Whether the sleeper must be woken; only the first caller since it fell asleep is told so.
    mutating func takeSleep() -> Bool {
      defer { asleep = false }
      return asleep
    }
  }

  /// Starts the thread; `name` (15 bytes are shown) appears in `top -H` and debuggers.
  public init(name: String) {
    self.name = name
    poll = Poll()
    inbox = Mutex(Inbox())
    LoopThread.start(name: name) { self.run() }
  }

  /// Ends the thread once the jobs already queued have run. Jobs enqueued later never run.
  public func stop() {
    let wake = inbox.withLock { box in
      box.stopping = true
      return box.takeSleep()
    }
    if wake { poll.wake() }
  }

  /// Whether the caller runs on this loop's thread.
  public var isCurrent: Bool { LoopThread.current === self }

  // MARK: executor

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let wake = inbox.withLock { box in
      box.jobs.append(job)
      return box.takeSleep()
    }
    if wake { poll.wake() }
  }

  public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  public func checkIsolated() {
    precondition(isCurrent, "not on the event loop \(name)")
  }

  // MARK: sources; on the loop's thread only

  /// Calls `handler` whenever `descriptor` is ready for one of `interest`. On the loop only.
  public func watch(_ descriptor: Int32, for interest: Readiness, handler: @escaping (Readiness) -> Void) {
    checkIsolated()
    core.value.handlers[descriptor] = handler
    poll.add(descriptor, interest)
  }

  /// Changes what a watched descriptor is watched for. On the loop only.
  public func change(_ descriptor: Int32, to interest: Readiness) {
    checkIsolated()
    poll.modify(descriptor, interest)
  }

  /// Ends a watch; harmless where there is none. Call it before the descriptor is closed. On the loop only.
  public func unwatch(_ descriptor: Int32) {
    checkIsolated()
    guard core.value.handlers.removeValue(forKey: descriptor) != nil else { return }
    poll.remove(descriptor)
  }

  /// Calls `body` once, at `instant` or up to a millisecond after it, never before. On the loop only.
  @discardableResult
  public func timer(at instant: ContinuousClock.Instant, _ body: @escaping () -> Void) -> TimerToken {
    checkIsolated()
    return core.value.timers.insert(at: instant, body)
  }

  /// Forgets a timer; harmless where it has fired. On the loop only.
  public func cancel(_ token: TimerToken) {
    checkIsolated()
    core.value.timers.cancel(token)
  }

  // MARK: the loop

  private func run() {
    LoopThread.current = self
    let serial = asUnownedSerialExecutor()
    let task = asUnownedTaskExecutor()
    while true {
      let (jobs, stopping) = inbox.withLock { box in
        let jobs = box.jobs
        box.jobs = []
        return (jobs, box.stopping)
      }
      for job in jobs { job.runSynchronously(isolatedTo: serial, taskExecutor: task) }
      if stopping && jobs.isEmpty { break }
      waitAndDispatch()
    }
    poll.close()
  }

  private func waitAndDispatch() {
    let timeout = core.value.timers.millisecondsUntilNext(now: .now)
    let mayBlock = inbox.withLock { box in
      guard box.jobs.isEmpty, !box.stopping else { return false }
      box.asleep = true
      return true
    }
    let ready = poll.wait(milliseconds: mayBlock ? timeout : 0)
    if mayBlock { inbox.withLock { $0.asleep = false } }
    for (descriptor, readiness) in ready { core.value.handlers[descriptor]?(readiness) }
    while let body = core.value.timers.popDue(now: .now) { body() }
  }
}

/// What only the loop's thread touches.
private struct LoopCore {
  var handlers: [Int32: (Readiness) -> Void] = [:]
  var timers = TimerHeap()
}

/// A box for state that one thread owns. Unchecked: every access is behind `EventLoop.checkIsolated` or in `run`.
private final class LoopConfined<Value>: @unchecked Sendable {
  var value: Value
  init(_ value: Value) { self.value = value }
}

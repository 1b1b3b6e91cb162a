internal import CLinux
import Synchronization

/// One thread that runs an epoll loop, and with it the actors and tasks that choose it as their executor.
///
/// A driver puts its actor on a loop (`unownedExecutor`), watches its sockets there, and so runs its C library on
/// one thread without locks: what a readiness handler or a timer does is already isolated to the actor
/// (`assumeIsolated`). A loop lives as long as the process unless `stop()` is called.
///
/// In each round the loop runs the work queued so far, then looks at its sockets and timers. What this work, a handler
/// or a timer adds is served in the next round, so that none of the three can starve the others.
public final class EventLoop: TaskExecutor, Sendable {
  public let name: String
  private let poll: Poll
  private let inbox = Mutex(Inbox())
  private let core = LoopConfined<LoopCore>(LoopCore())
  private let serial = LoopSerialExecutor()

  private enum Work {
    /// Of a task that prefers this loop, outside any actor.
    case task(UnownedJob)
    /// Of an actor on this loop.
    case actor(UnownedJob)
    case call(@Sendable () -> Void)
  }

  private struct Inbox {
    var work: [Work] = []
    var asleep = false
    var stopping = false
    var ended = false

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
    serial.loop = self
    LoopThread.start(name: name) { self.run() }
  }

  deinit {
    // Not where the thread ends: somebody who is just about to wake it would write into a descriptor of others.
    poll.close()
  }

  /// Ends the thread once the work already queued, and what that queues in its turn, has run; then forgets watches
  /// and timers. What is enqueued later never runs.
  public func stop() {
    let wake = inbox.withLock { box in
      box.stopping = true
      return box.takeSleep()
    }
    if wake { poll.wake() }
  }

  /// The loop whose thread the caller runs on; nil on any other thread.
  public static var current: EventLoop? { LoopThread.current }

  /// Whether the caller runs on this loop's thread.
  public var isCurrent: Bool { LoopThread.isCurrent(self) }

  /// Calls `body` on the loop, after all that was queued before. From any thread.
  public func execute(_ body: @escaping @Sendable () -> Void) {
    add(.call(body))
  }

  private func add(_ work: Work) {
    let wake = inbox.withLock { box in
      guard !box.ended else { return false }
      box.work.append(work)
      return box.takeSleep()
    }
    if wake { poll.wake() }
  }

  // MARK: executor

  /// For tasks that prefer this loop. Within an actor such a task is put into the queue again wherever it could suspend,
  /// so what it has looked at before an `await` may be another in the body of `withCheckedContinuation`.
  public func enqueue(_ job: consuming ExecutorJob) {
    add(.task(UnownedJob(job)))
  }

  /// For an actor's `unownedExecutor`. The actor must keep the loop.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor { serial.asUnownedSerialExecutor() }

  func enqueue(ofActor job: UnownedJob) {
    add(.actor(job))
  }

  /// Traps unless the caller runs on this loop's thread.
  public func checkIsolated() { precondition(isCurrent, "not on the event loop \(name)") }

  // MARK: sources; on the loop's thread only

  /// Calls `handler` whenever `descriptor`, not watched yet, is ready for one of `interest`. On the loop only.
  public func watch(_ descriptor: Int32, for interest: Readiness, handler: @escaping (Readiness) -> Void) {
    checkIsolated()
    let stale = core.place.pointee.watches.remove(descriptor)  // of a descriptor closed without an unwatch
    poll.add(core.place.pointee.watches.insert(descriptor, handler), interest)
    withExtendedLifetime(stale) {}
  }

  /// Changes what a watched descriptor is watched for. On the loop only.
  public func change(_ descriptor: Int32, to interest: Readiness) {
    checkIsolated()
    guard let source = core.place.pointee.watches.source(descriptor) else {
      preconditionFailure("descriptor \(descriptor) is not watched")
    }
    poll.modify(source, interest)
  }

  /// Ends a watch; harmless where there is none. Call it before the descriptor is closed. On the loop only.
  public func unwatch(_ descriptor: Int32) {
    checkIsolated()
    // The handler dies here, outside the table: what it has captured may come back to the loop.
    guard let handler = core.place.pointee.watches.remove(descriptor) else { return }
    poll.remove(descriptor)
    withExtendedLifetime(handler) {}
  }

  /// Calls `body` once, at `instant` or up to a millisecond after it, never before; timers of the same instant in the
  /// order they were set. On the loop only.
  @discardableResult
  public func timer(at instant: ContinuousClock.Instant, _ body: @escaping () -> Void) -> TimerToken {
    checkIsolated()
    return core.place.pointee.timers.insert(at: instant, body)
  }

  /// Forgets a timer; harmless where it has fired. On the loop only.
  public func cancel(_ token: TimerToken) {
    checkIsolated()
    let body = core.place.pointee.timers.cancel(token)
    withExtendedLifetime(body) {}
  }

  /// Calls `body` once the work, handlers or timers at hand have had their turn, and before the loop sleeps: for what
  /// is cheaper done for many events together. On the loop only.
  public func afterBatch(_ body: @escaping () -> Void) {
    checkIsolated()
    core.place.pointee.deferred.append(body)
  }

  // MARK: the loop

  private func run() {
    LoopThread.setCurrent(self)
    let serial = asUnownedSerialExecutor()
    let task = asUnownedTaskExecutor()
    var work: [Work] = []
    var ready: [Poll.Ready] = []
    var due: [TimerToken] = []
    while true {
      let ends = inbox.withLock { box in
        swap(&work, &box.work)
        box.ended = box.stopping && work.isEmpty
        return box.ended
      }
      if ends { break }
      for item in work {
        switch item {
        case .task(let job): job.runSynchronously(on: task)
        case .actor(let job): job.runSynchronously(on: serial)
        case .call(let body): body()
        }
      }
      work.removeAll(keepingCapacity: true)
      runDeferred()
      waitAndDispatch(&ready, &due)
    }
    var forgotten = LoopCore()
    swap(&forgotten, &core.place.pointee)
  }

  private func waitAndDispatch(_ ready: inout [Poll.Ready], _ due: inout [TimerToken]) {
    let timeout = core.place.pointee.deferred.isEmpty ? core.place.pointee.timers.millisecondsUntilNext() : 0
    let mayBlock = inbox.withLock { box in
      box.asleep = box.work.isEmpty && !box.stopping && timeout != 0
      return box.asleep
    }
    poll.wait(milliseconds: mayBlock ? timeout : 0, into: &ready)
    if mayBlock { inbox.withLock { $0.asleep = false } }
    for event in ready { core.place.pointee.watches.handler(event.source)?(event.readiness) }
    runDeferred()
    core.place.pointee.timers.takeDue(into: &due)
    for token in due { core.place.pointee.timers.take(token)?() }
    if !due.isEmpty { runDeferred() }
  }

  private func runDeferred() {
    guard !core.place.pointee.deferred.isEmpty else { return }
    var deferred: [() -> Void] = []
    swap(&deferred, &core.place.pointee.deferred)
    for body in deferred { body() }
  }
}

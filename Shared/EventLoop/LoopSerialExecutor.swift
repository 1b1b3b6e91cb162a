/// The loop as the executor of actors.
///
/// Apart from the loop as the executor of tasks, since a job must run as what it was enqueued for: one that runs as
/// both is put into the queue once more at each of its suspension points, because the runtime finds it in another
/// place than it wants. Unchecked: `loop` is set once, before anybody else has this object.
final class LoopSerialExecutor: SerialExecutor, @unchecked Sendable {
  unowned(unsafe) var loop: EventLoop!

  func enqueue(_ job: consuming ExecutorJob) {
    loop.enqueue(ofActor: UnownedJob(job))
  }

  func isIsolatingCurrentContext() -> Bool? { loop.isCurrent }

  func checkIsolated() { loop.checkIsolated() }
}

internal import CLinux
internal import Glibc

/// The POSIX thread below an event loop.
enum LoopThread {
  /// Whether the calling thread is the one of `loop`.
  static func isCurrent(_ loop: EventLoop) -> Bool {
    pthread_getspecific(key) == Unmanaged.passUnretained(loop).toOpaque()
  }

  /// The loop of the calling thread.
  static var current: EventLoop? {
    pthread_getspecific(key).map { Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Makes the calling thread the one of `loop`.
  static func setCurrent(_ loop: EventLoop) {
    pthread_setspecific(key, Unmanaged.passUnretained(loop).toOpaque())
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    precondition(pthread_key_create(&key, nil) == 0, "no thread-specific keys left")
    return key
  }()

  private final class Start {
    let name: String
    let body: () -> Void
    init(name: String, body: @escaping () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Runs `body` on a new detached thread. Signals are left to the process's other threads.
  static func start(name: String, _ body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(Start(name: String(name.utf8.prefix(15)) ?? "loop", body: body))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
        _ = mailout_name_thread(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    precondition(status == 0, "pthread_create failed: \(status)")
    pthread_detach(thread)
  }
}

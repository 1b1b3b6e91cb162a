import EventLoop
import Glibc

/// Runs a program and waits for it on a thread of its own.
enum Command {
  struct Failure: Error {
    let program: String
    let status: Int32
  }

  /// The program is looked up in PATH; what it prints goes to the test's own output. Throws where it ends with a
  /// status other than 0.
  static func run(_ words: [String]) async throws {
    let thread = EventLoop(name: "command")
    defer { thread.stop() }
    let status = await withTaskExecutorPreference(thread) { await end(of: start(words)) }
    if status != 0 { throw Failure(program: words.first ?? "", status: status) }
  }

  /// Starts a program and answers its process id; -1 where it cannot be started.
  static func start(_ words: [String]) -> pid_t {
    var arguments = words.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    // The threads of Swift's pool block signals, and a child would inherit that.
    var attributes = posix_spawnattr_t()
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    defer { posix_spawnattr_destroy(&attributes) }
    var process: pid_t = -1
    return posix_spawnp(&process, words[0], nil, &attributes, arguments, environ) == 0 ? process : -1
  }

  /// Ends a program that was started.
  static func stop(_ process: pid_t) async {
    kill(process, SIGTERM)
    let thread = EventLoop(name: "command")
    defer { thread.stop() }
    _ = await withTaskExecutorPreference(thread) { await end(of: process) }
  }

  /// Waits for a program's end; blocks the task's preferred thread.
  @concurrent private static func end(of process: pid_t) async -> Int32 {
    var status: Int32 = -1
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status
  }
}

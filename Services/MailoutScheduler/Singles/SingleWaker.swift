import EventLoop
import Messaging
import Postgres
import Service

/// Wakes the one replica that issues single messages, whichever it is. Orders only ring a bell of their own process;
/// this tells all of them by a notification of its own, since one in each order's transaction would make their commits
/// wait for one another.
struct SingleWaker: Component {
  private static let channel = "mailout_single"
  /// What is ordered within it wakes once.
  private static let pause: Duration = .milliseconds(5)

  let name = "single messages"
  let stopMode = StopMode.cancellation
  let pool: PostgresPool
  let bell: Signal
  let log: Log
  /// A single message waits, ordered anywhere.
  let onOrder: @Sendable () -> Void

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in pool.listen(Self.channel) { onOrder() } }
      group.addTask { await tell() }
      await group.next()
      group.cancelAll()
    }
  }

  private func tell() async {
    let persistence = Persistence("orders of single messages are told to the other replicas", log: log)
    while !Task.isCancelled {
      await bell.wait(until: .now + .seconds(60))
      guard await persistence.trying({ _ = try await pool.query("select pg_notify(\(Self.channel), '')") }) != nil
      else { return }
      do { try await EventLoop.sleep(for: Self.pause) } catch { return }
    }
  }
}

import AMQP
import Postgres
import Service

/// Sends back the dead letters that were ordered by kind, a few at a time, so that what chokes on them again is not
/// drowned in them. The orders are rows: a restart goes on with them, and several replicas share them.
struct DeadLetterReplayer: Component {
  /// At most so many letters each `pause`: fifty a second.
  static let portion = 10
  static let pause: Duration = .milliseconds(200)

  let name = "dead letter replay"
  let stopMode = StopMode.cancellation
  let store: DeadLetterReplayStore
  let replay: LetterReplay
  let log: Log
  let metrics: StatsMetrics

  func run() async {
    var failed = false
    for await _ in store.orders() {
      while !Task.isCancelled {
        do {
          let done = try await store.work(limit: Self.portion) { try await replay.send($0) }
          metrics.replayed.increment(by: done.sent)
          failed = false
          if done.taken == 0 { break }
          try await Task.sleep(for: Self.pause)
        } catch is CancellationError {
          return
        } catch {
          if !failed { log.error("dead letters cannot be sent back, trying again", [.error(error)]) }
          failed = true
          do { try await Task.sleep(for: .seconds(1)) } catch { return }
        }
      }
      if Task.isCancelled { return }
    }
  }
}

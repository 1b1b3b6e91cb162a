import Contracts
import Service

/// How often a part of an import or an export is asked for again while its owner cannot be reached.
struct ImportRetry: Sendable {
  /// From the first failure on.
  var window = Duration.seconds(60)
  var firstPause = Duration.milliseconds(200)
  var longestPause = Duration.seconds(5)

  /// - Parameters:
  ///   - isPassing: whether a problem may be gone at the next attempt; it is told the number of attempts so far.
  /// - Throws: the last `Problem`; `unavailable` where the task was cancelled between two attempts.
  func asking<Answer: Sendable>(
    while isPassing: (Problem, Int) -> Bool = { problem, _ in problem.code == .unavailable },
    _ ask: () async throws(Problem) -> Answer
  ) async throws(Problem) -> Answer {
    let pauses = Backoff(base: firstPause, cap: longestPause)
    var giveUp: ContinuousClock.Instant?
    var attempt = 0
    while true {
      do throws(Problem) {
        return try await ask()
      } catch {
        attempt += 1
        let pause = pauses.delay(attempt: attempt)
        let end = giveUp ?? (.now + window)
        giveUp = end
        guard isPassing(error, attempt), .now + pause < end else { throw error }
        do { try await Task.sleep(for: pause) } catch { throw Problem(.unavailable, "The request was broken off.") }
      }
    }
  }
}

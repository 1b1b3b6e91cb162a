import Contracts
import Service

/// Batches end: the scheduler is told, the claim becomes a tombstone, the delivery is acknowledged.
extension Dispatcher {
  func runSettling() async {
    while true {
      if settling.isEmpty && !settling.isClosed { await withCheckedContinuation { settling.wait($0) } }
      let settled = settling.takeAll()
      if settled.isEmpty {
        if settling.isClosed { return }
        continue
      }
      guard await settle(settled) else { return }
    }
  }

  private func settle(_ settled: [BatchRun]) async -> Bool {
    let done: Void? = await persistently("batches settled") {
      try await self.tools.wire.publish(settled: settled.map(\.settled))
      try await self.tools.store.settle(settled.map(\.batch.id))
    }
    guard done != nil else { return false }
    for run in settled {
      // It may have been let go and claimed anew meanwhile.
      if runs[run.batch.id] === run { runs[run.batch.id] = nil }
      await run.delivery.ack()
    }
    tools.metrics.batchesHeld.add(-Double(settled.count))
    tools.metrics.batchesSettled.increment(by: settled.count)
    return true
  }

  /// What is left when this sender stops goes back to the broker, its claims free for the next.
  func handBack() async {
    let left = Array(runs.values)
    runs = [:]
    tools.metrics.batchesHeld.add(-Double(left.count))
    guard !left.isEmpty else { return }
    await handBack(left)
    log.info("handed batches back", [.field("count", left.count)])
  }

  /// Repeats until it succeeds; says so once when it begins to fail and once when it is over. nil when cancelled.
  func persistently<R>(_ what: String, _ body: () async throws -> R) async -> R? {
    var failures = 0
    while !Task.isCancelled {
      do {
        let result = try await body()
        if failures > 0 { log.info("\(what): works again", [.field("failures", failures)]) }
        return result
      } catch {
        if failures == 0 { log.error("\(what) failed, trying again", [.error(error)]) }
        failures += 1
        let pause = Backoff(base: .milliseconds(100), cap: .seconds(2)).delay(attempt: min(failures, 20))
        do { try await Task.sleep(for: pause) } catch { return nil }
      }
    }
    return nil
  }
}

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
    let done: Void? = await Persistence("batches are settled", log: log).trying {
      try await self.tools.wire.publish(settled: settled.map(\.settled))
      try await self.tools.store.settle(settled.map { ($0.batch.id, $0.epoch) })
    }
    guard done != nil else { return false }
    for run in settled {
      // It may have been let go and claimed anew meanwhile.
      if runs[run.batch.id] === run {
        runs[run.batch.id] = nil
        tools.metrics.batchesHeld.add(-1)
      }
      await run.delivery.ack()
    }
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
}

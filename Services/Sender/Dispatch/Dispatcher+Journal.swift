import Contracts
import Service

/// Results become durable: many in one commit, then told to statistics.
extension Dispatcher {
  func record(_ entry: Entry) {
    // That of a call has been counted since its start.
    if !entry.hasPermit { entry.run.pending += 1 }
    journal.put(entry, wakes: false)
    if journal.count == 1 {
      lingering = loop.timer(at: .now + CommitRule.linger) { [weak self] in
        self?.assumeIsolated {
          $0.lingering = nil
          $0.journal.wake()
        }
      }
    }
    if isCommitDue { journal.wake() }
  }

  private var isCommitDue: Bool {
    journal.isClosed
      || CommitRule.isDue(count: journal.count, isLingering: lingering != nil, permits: tools.permits.share)
  }

  func runJournal() async {
    await withDiscardingTaskGroup { group in
      while true {
        await withCheckedContinuation { isCommitDue ? $0.resume() : journal.wait($0) }
        if let timer = lingering { loop.cancel(timer) }
        lingering = nil
        let entries = journal.takeAll()
        if entries.isEmpty {
          if journal.isClosed { return }
          continue
        }
        guard let kept = await commit(entries) else { return }
        group.addTask { await self.tell(kept) }
      }
    }
  }

  /// Keeps the leases of batches that wait for a permit or a slow provider, and asks whose those are that have lapsed.
  func renewLeases() async {
    while !isStopping || !runs.isEmpty {
      do { try await Task.sleep(for: tools.store.lease / 3) } catch { return }
      // A batch in the midst of its calls is renewed by its commits, which must not wait for this one.
      let soon = tools.clock().monotonic + tools.store.lease * 2 / 3
      let held = runs.values.filter { $0.leaseUntil < soon }
      guard !held.isEmpty else { continue }
      _ = await append(held.map { ($0, []) })
    }
  }

  /// The claim is another's by now, as the database says.
  func lose(_ run: BatchRun) {
    guard !run.isLost else { return }
    forget([run])
    tools.metrics.claimsLost.increment()
    log.warning("claim lost to another sender", [.batchID(run.batch.id), .mailoutID(run.batch.mailoutID)])
    let delivery = run.delivery
    Task { await delivery.nack(requeue: true) }
  }

  /// Writes to the journals and gives the permits back. nil when shutting down with an unreachable database.
  private func commit(_ entries: [Entry]) async -> [Entry]? {
    // A lost claim may be this sender's own again by now: what its former run has heard is not for the new one's journal.
    let kept = entries.filter { !$0.run.isLost }
    var order: [Int64] = []
    var results: [Int64: (run: BatchRun, results: [MessageResult])] = [:]
    for entry in kept {
      if results[entry.run.batch.id] == nil { order.append(entry.run.batch.id) }
      results[entry.run.batch.id, default: (entry.run, [])].results.append(entry.result)
    }
    let groups = order.compactMap { results[$0] }
    guard let ours = await append(groups) else { return nil }
    release(permits: entries.count { $0.hasPermit })
    for group in groups { group.run.pending -= group.results.count }
    for group in groups where ours.contains(group.run.batch.id) { group.run.committed(group.results) }
    return kept.filter { ours.contains($0.run.batch.id) }
  }

  /// One statement for all these batches; repeated until the database answers. Lost batches are dropped.
  private func append(_ groups: [(run: BatchRun, results: [MessageResult])]) async -> Set<Int64>? {
    guard !groups.isEmpty else { return [] }
    return await Persistence("the journal is written", log: log).trying {
      let encoded = groups.map {
        (
          batchID: $0.run.batch.id, epoch: $0.run.epoch,
          results: $0.results.isEmpty ? [] : JournalCodec.encode($0.results)
        )
      }
      let start = self.tools.clock().monotonic
      let ours = try await self.tools.store.append(encoded)
      for group in groups {
        if ours.contains(group.run.batch.id) {
          group.run.leaseUntil = start + self.tools.store.lease
        } else {
          self.lose(group.run)
        }
      }
      return ours
    }
  }

  /// Statistics hear of committed results; a batch of which they have heard all is settled.
  func tell(_ entries: [Entry]) async {
    guard !entries.isEmpty else { return }
    let told: Void? = await Persistence("statistics hear of outcomes", log: log).trying {
      try await self.tools.wire.publish(outcomes: entries.map { $0.result.outcome })
    }
    guard told != nil else { return }
    for entry in entries {
      entry.run.confirmed(1)
      if entry.run.isSettled { settling.put(entry.run) }
    }
  }
}

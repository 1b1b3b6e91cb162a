import Contracts
import Service

/// A sender that has lost its broker, but not its database, is not to keep its claims alive: whoever gets the batches
/// now would wait for it as long as it lives. One that has lost its database cannot keep them.
extension Dispatcher {
  func noticeCutOff(_ now: Moment) {
    if link().isReceiving {
      cutOffSince = nil
    } else if cutOffSince == nil {
      cutOffSince = now.monotonic
    }
  }

  /// Lets go of what has no call under way and no result on its way to the journal, once the broker has been away for
  /// half a lease: a broker that only restarts is back before. The deliveries are void with their connection; but should
  /// it just have come back, and with it one of them anew, that one is handed back.
  func letGo(_ now: Moment) {
    guard let cutOffSince, cutOffSince.duration(to: now.monotonic) >= tools.store.lease / 2 else { return }
    let left = runs.values.filter { $0.pending == 0 }
    guard !left.isEmpty else { return }
    forget(left)
    log.warning("cut off from the broker, letting batches go", [.field("count", left.count)])
    Task { await self.handBack(left) }
  }

  /// A lease that has run out by our own clock may be another's by now: nothing of it is called until the database says
  /// whose it is. A batch with a call under way, or a result that is not committed, stays here until then: whoever got it
  /// before would make these calls again. One without goes back.
  func handBackLapsed(_ now: Moment) {
    let left = runs.values.filter { $0.pending == 0 && $0.uncommitted > 0 && $0.leaseUntil <= now.monotonic }
    guard !left.isEmpty else { return }
    forget(left)
    tools.metrics.claimsLost.increment(by: left.count)
    log.warning("leases ran out before they could be renewed, handing batches back", [.field("count", left.count)])
    // Should a renewal of ours be on its way all the same, the next owner would wait for it: they are freed for good.
    Task { await self.handBack(left) }
  }

  /// Nothing more is called or written here for these batches.
  func forget(_ left: [BatchRun]) {
    for run in left {
      run.isLost = true
      if runs[run.batch.id] === run { runs[run.batch.id] = nil }
    }
    for mailoutID in Set(left.map(\.batch.mailoutID)) { _ = queue.remove(of: mailoutID) { $0.run.isLost } }
    tools.metrics.batchesHeld.add(-Double(left.count))
  }

  /// Back to the broker, the claims free for the next, so that nobody need wait for their leases.
  func handBack(_ left: [BatchRun]) async {
    do {
      try await tools.store.release(left.map { ($0.batch.id, $0.epoch) })
    } catch {
      log.warning("claims could not be given back, their leases will lapse", [.error(error)])
    }
    for run in left { await run.delivery.nack(requeue: true) }
  }
}

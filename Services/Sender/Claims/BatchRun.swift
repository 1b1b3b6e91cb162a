import AMQP
import Contracts

/// One claimed batch on its way through this sender. Unchecked: made once, then touched on the dispatcher's actor only.
final class BatchRun: @unchecked Sendable {
  let batch: Batch
  let callGuard: CallGuard
  let epoch: Int
  /// When it came to this sender.
  let since: ContinuousClock.Instant
  /// Replaced when the broker delivers the same batch again: the last one can be acknowledged over whatever connection stands.
  private(set) var delivery: AMQPDelivery
  /// When that came.
  private var deliveredAt: ContinuousClock.Instant
  /// Until when the claim is surely ours, as of the last commit that said so.
  var leaseUntil: ContinuousClock.Instant
  /// Messages without a committed result.
  private(set) var uncommitted: Int
  /// Messages whose outcome has not been confirmed by the broker.
  private(set) var unconfirmed: Int
  private(set) var waiting: [WaitingMessage] = []
  /// Calls under way, and results that are not committed: while there are any, nobody else may have the batch.
  var pending = 0
  /// When its first call started, and its last one so far ended.
  private var firstCall: ContinuousClock.Instant?
  private var lastAnswer: ContinuousClock.Instant?
  /// What it had not called has gone back: it was held for too long.
  var isGivenUp = false
  /// The claim is another's: what is left is theirs.
  var isLost = false

  init(
    batch: Batch, callGuard: CallGuard, epoch: Int, since: ContinuousClock.Instant, delivery: AMQPDelivery,
    leaseUntil: ContinuousClock.Instant
  ) {
    self.batch = batch
    self.callGuard = callGuard
    self.epoch = epoch
    self.since = since
    self.delivery = delivery
    deliveredAt = since
    self.leaseUntil = leaseUntil
    uncommitted = batch.messages.count
    unconfirmed = batch.messages.count
  }

  /// The batch was delivered once more. Of two deliveries the younger is kept: an older one's connection may be gone,
  /// and then the broker would hear nothing of the batch.
  /// - Returns: the one that is not needed any more.
  func take(_ another: BatchDelivery) -> AMQPDelivery {
    guard another.arrived >= deliveredAt else { return another.delivery }
    defer { (delivery, deliveredAt) = (another.delivery, another.arrived) }
    return delivery
  }

  func committed(_ results: [MessageResult]) {
    uncommitted -= results.count
    for result in results where result.dueAt != nil {
      if let waiting = result.waiting { self.waiting.append(waiting) }
    }
  }

  func started(at now: ContinuousClock.Instant) {
    pending += 1
    if firstCall == nil { firstCall = now }
  }

  func answered(at now: ContinuousClock.Instant) { lastAnswer = now }

  func confirmed(_ count: Int) { unconfirmed -= count }

  /// Every message has a result that is committed and known to statistics.
  var isSettled: Bool { uncommitted == 0 && unconfirmed == 0 && !isLost }

  var settled: BatchSettled {
    BatchSettled(
      batchID: batch.id, mailoutID: batch.mailoutID, provider: batch.provider, count: batch.messages.count,
      calling: firstCall.flatMap { first in lastAnswer.map { first.duration(to: $0).milliseconds } }, waiting: waiting)
  }
}

import AMQP
import Contracts
import FoundationEssentials
import Messaging
import Service

/// Takes batches from a provider's work queue, claims them, and gives them to the dispatcher.
struct BatchConsumer: Sendable {
  let consumer: AMQPConsumer
  let store: ClaimStore
  let dispatcher: Dispatcher
  let deadLetters: DeadLetters
  let queue: String
  let clock: Moment.Clock
  let log: Log

  /// Until shutdown is asked for.
  /// - Parameter ended: called when no batch will come any more, while what is held can still be settled.
  func run(ended: @escaping @Sendable () async -> Void) async {
    await WorkerLoop(consumer: consumer).run({ await accept($0) }, ended: ended)
  }

  private func accept(_ delivery: AMQPDelivery) async {
    let batch: Batch
    do {
      batch = try Batch.payload(of: delivery.message.body)
      try BatchConsumer.check(batch)
    } catch {
      await deadLetters.bury(delivery, from: queue, reason: error.detail)
      return
    }
    await claim(batch, delivery)
  }

  /// Waits for the claim as long as another sender holds it; what cannot be claimed now stays unacknowledged, within
  /// the broker's patience, because a requeue counts towards the queue's delivery limit.
  private func claim(_ batch: Batch, _ delivery: AMQPDelivery) async {
    let seen = clock()
    let delivered = BatchDelivery(batch: batch, delivery: delivery, arrived: seen.monotonic)
    let callGuard = CallGuard(batch, seen: seen)
    var reported = false
    while !Task.isCancelled && !Shutdown.isRequested {
      if await dispatcher.adopt(delivered) { return }
      var pause: Duration = .milliseconds(500)
      do {
        let asked = clock().monotonic
        switch try await store.claim(batch) {
        case .settled:
          await delivery.ack()
          return
        case .granted(let epoch, let results):
          if epoch > 1 {
            log.info(
              "took a batch over",
              [
                .batchID(batch.id), .mailoutID(batch.mailoutID), .field("epoch", epoch),
                .field("done", results.count),
              ])
          }
          let run = BatchRun(
            batch: batch, callGuard: callGuard, epoch: epoch, since: seen.monotonic, delivery: delivery,
            leaseUntil: asked + store.lease)
          await dispatcher.add(run, done: results)
          return
        case .held(let left): pause = min(left + .milliseconds(20), .seconds(5))
        }
      } catch {
        if !reported {
          log.error(
            "a claim failed, trying again",
            [
              .batchID(batch.id), .mailoutID(batch.mailoutID),
              .error(error),
            ])
          reported = true
        }
      }
      do { try await Task.sleep(for: pause) } catch { break }
    }
    await delivery.nack(requeue: true)
  }

  /// What a well-typed batch may still have wrong.
  static func check(_ batch: Batch) throws(Problem) {
    guard !batch.messages.isEmpty, batch.messages.count <= Batch.maxTaken else {
      throw Problem(.invalid, "/data/messages must have 1 to \(Batch.maxTaken) messages")
    }
    guard Set(batch.messages.map(\.id)).count == batch.messages.count else {
      throw Problem(.invalid, "/data/messages names an id twice")
    }
    for message in batch.messages
    where message.phone.isEmpty || message.phone.utf8.count > 15 || message.phone.utf8.first == 0x30
      || !message.phone.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    {
      throw Problem(
        .invalid, "/data/messages: the phone of message \(message.id) is not 1 to 15 digits, the first not 0")
    }
  }
}

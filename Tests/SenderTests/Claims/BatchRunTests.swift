import AMQP
import Contracts
import Service
import Synchronization
import Testing

@testable import Sender

/// One batch in hand, however often it is delivered.
struct BatchRunTests {
  private let start = ContinuousClock.now
  private let batch = Batch(
    id: 1, mailoutID: 2, revision: 1, provider: "default", issuedAt: 0, asOf: 0, deadline: 1_000_000, messages: [])

  /// A delivery that says its name when it is acknowledged.
  private func delivery(_ name: String, after seconds: Int, _ log: Log) -> BatchDelivery {
    let message = AMQPMessage(body: [], properties: AMQPProperties())
    let delivery = AMQPDelivery(message: message, exchange: "", routingKey: "x") { _ in log.add(name) }
    return BatchDelivery(batch: batch, delivery: delivery, arrived: start + .seconds(seconds))
  }

  private final class Log: Sendable {
    private let names = Mutex<[String]>([])
    var all: [String] { names.withLock { $0 } }
    func add(_ name: String) { names.withLock { $0.append(name) } }
  }

  /// An older one waited for its claim while its connection was lost: the broker hears of the batch by the younger.
  @Test func theYoungestDeliveryIsKept() async {
    let log = Log()
    let first = delivery("first", after: 1, log)
    let run = BatchRun(
      batch: batch, callGuard: CallGuard(batch, seen: Moment(wall: 0, monotonic: start)), epoch: 1,
      since: first.arrived, delivery: first.delivery, leaseUntil: start + .seconds(60))
    await run.take(delivery("older", after: 0, log)).ack()
    #expect(log.all == ["older"])
    await run.take(delivery("younger", after: 2, log)).ack()
    #expect(log.all == ["older", "first"])
    await run.delivery.ack()
    #expect(log.all == ["older", "first", "younger"])
  }
}

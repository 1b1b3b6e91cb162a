import AMQP
import Contracts

/// A batch as the broker brought it.
struct BatchDelivery: Sendable {
  let batch: Batch
  let delivery: AMQPDelivery
  let arrived: ContinuousClock.Instant
}

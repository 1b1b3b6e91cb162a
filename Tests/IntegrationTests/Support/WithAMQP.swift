import AMQP
import Testing

/// Runs connections beside a test's body and ends them with it.
enum WithAMQP {
  static func run<R: Sendable>(
    _ publisher: AMQPPublisher? = nil, _ consumers: [AMQPConsumer] = [], _ requester: AMQPRequester? = nil,
    _ body: @Sendable () async throws -> R
  ) async throws -> R {
    try await withThrowingTaskGroup(of: Void.self) { group in
      if let publisher { group.addTask { await publisher.run() } }
      if let requester { group.addTask { await requester.run() } }
      for consumer in consumers { group.addTask { await consumer.run() } }
      defer { group.cancelAll() }
      return try await body()
    }
  }
}

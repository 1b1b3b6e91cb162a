import AMQP
import Contracts
import FoundationEssentials
import Messaging

/// What a sender tells the others; returns when they surely hear of it. Tests bring their own.
protocol DispatchWire: Sendable {
  func publish(outcomes: [Outcome]) async throws
  func publish(settled: [BatchSettled]) async throws
}

/// The same over the broker, with confirms.
struct SenderWire: DispatchWire {
  let publisher: AMQPPublisher
  let source: String

  /// Outcomes of one message on the wire.
  private static let maxOutcomes = 500

  func publish(outcomes: [Outcome]) async throws {
    for start in stride(from: 0, to: outcomes.count, by: Self.maxOutcomes) {
      try await publish(group: Array(outcomes[start..<min(start + Self.maxOutcomes, outcomes.count)]))
    }
  }

  private func publish(group outcomes: [Outcome]) async throws {
    let message = AMQPMessage(
      type: OutcomeGroup.type, data: OutcomeGroup(outcomes: outcomes).bytes, source: source)
    try await publisher.publish(message, exchange: Topology.outcomes.name, routingKey: Topology.outcomeKey)
  }

  func publish(settled: [BatchSettled]) async throws {
    try await withThrowingDiscardingTaskGroup { group in
      for batch in settled {
        group.addTask { try await publish(batch, key: Topology.settledKey) }
      }
    }
  }

  private func publish(_ data: some Contract, key: String) async throws {
    let message = try AMQPMessage(contract: data, source: source)
    try await publisher.publish(message, exchange: Topology.outcomes.name, routingKey: key)
  }
}

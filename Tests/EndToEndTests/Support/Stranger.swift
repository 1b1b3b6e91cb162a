import AMQP
import Contracts
import Foundation
import Synchronization
import Testing

/// A program of somebody else's that listens to the public events with a queue of its own.
final class Stranger: Sendable {
  private let consumer: AMQPConsumer
  private let heard = Mutex<[JSON]>([])

  private init(_ consumer: AMQPConsumer) { self.consumer = consumer }

  /// Runs the body beside a listener to events with these keys.
  static func listening(to keys: [String], _ body: (Stranger) async throws -> Void) async throws {
    let queue = AMQPTopology.Queue(name: name(), durable: false, exclusive: true)
    let stranger = Stranger(
      AMQPConsumer(
        configuration: try await configuration(), topology: topology(queue, keys), queue: queue.name, prefetch: 100))
    let running = Task {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await stranger.consumer.run() }
        for await delivery in stranger.consumer.deliveries {
          if let event = try? JSON.parse(delivery.message.body) { stranger.heard.withLock { $0.append(event) } }
          await delivery.ack()
        }
        group.cancelAll()
      }
    }
    defer { running.cancel() }
    _ = try await eventually("the stranger listens") { stranger.consumer.isConnected ? true : nil }
    try await body(stranger)
  }

  /// The first event of a type about something, waited for; its data.
  func event(_ type: String, about id: Int64) async throws -> JSON {
    try await eventually("\(type) of \(id)") {
      heard.withLock { $0.first { $0["type"]?.text == type && $0["data"]?["id"]?.number == id } }?["data"]
    }
  }

  /// Waits for an event of a type, whatever it is about.
  func event(_ type: String) async throws {
    _ = try await eventually(type) { heard.withLock { $0.contains { $0["type"]?.text == type } } ? true : nil }
  }

  /// Runs the body while there are queues that take every event and that nobody reads.
  static func queues(
    _ queues: [[String: AMQPHeader]], _ body: (_ names: [String]) async throws -> Void
  ) async throws {
    let all = queues.map { AMQPTopology.Queue(name: name(), arguments: $0) }
    let bindings = all.map { AMQPTopology.Binding(queue: $0.name, exchange: Topology.events.name, routingKey: "#") }
    let owner = AMQPPublisher(
      configuration: try await configuration(), topology: AMQPTopology(queues: all, bindings: bindings))
    let running = Task { await owner.run() }
    defer { running.cancel() }
    _ = try await eventually("the queues are there") { owner.isConnected ? true : nil }
    let outcome: Result<Void, any Error>
    do {
      try await body(all.map(\.name))
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    for queue in all { try await owner.delete(queue: queue.name) }
    try outcome.get()
  }

  private static func name() -> String { "stranger.\(UInt64.random(in: 0 ... .max))" }

  private static func topology(_ queue: AMQPTopology.Queue, _ keys: [String]) -> AMQPTopology {
    AMQPTopology(
      queues: [queue],
      bindings: keys.map { AMQPTopology.Binding(queue: queue.name, exchange: Topology.events.name, routingKey: $0) })
  }

  private static func configuration() async throws -> AMQPConfiguration {
    try AMQPConfiguration(url: try await Stack.shared().value("MAILOUT_TEST_AMQP_URL"), name: "stranger")
  }
}

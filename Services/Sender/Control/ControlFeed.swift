import AMQP
import Contracts
import EventLoop
import FoundationEssentials
import Messaging
import Service
import Synchronization

/// Brings news of mailouts and of customers' consent to the control desk: each as it is told, and snapshots after every
/// connect, since what was told meanwhile may be lost. Until the snapshots are here this sender starts no call.
struct ControlFeed: Component {
  let name = "control"
  let stopMode = StopMode.cancellation
  private let consumer: AMQPConsumer
  private let connection: Connection
  private let operations: any OperationCalling
  private let desk: ControlDesk
  private let loop: EventLoop
  private let clock: Moment.Clock
  private let log: Log

  init(
    instance: String, amqp: AMQPConfiguration, operations: any OperationCalling, desk: ControlDesk, loop: EventLoop,
    clock: @escaping Moment.Clock = Moment.system, log: Log
  ) {
    let queue = Topology.senderControl(instance: instance)
    let (connection, tell) = (Connection(), amqp.onEvent)
    var configuration = amqp
    configuration.name += " \(queue.name)"
    configuration.onEvent = { event, name in
      tell?(event, name)
      connection.note(event)
    }
    consumer = AMQPConsumer(
      configuration: configuration, topology: AMQPTopology(queues: [queue]), queue: queue.name, prefetch: 256)
    self.connection = connection
    self.operations = operations
    self.desk = desk
    self.loop = loop
    self.clock = clock
    self.log = log
  }

  var isConnected: Bool { consumer.isConnected }

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await consumer.run() }
      group.addTask { await followConnection() }
      for await delivery in consumer.deliveries {
        await take(delivery)
        await delivery.ack()
      }
      group.cancelAll()
    }
  }

  private func take(_ delivery: AMQPDelivery) async {
    let body = delivery.message.body
    do throws(Problem) {
      switch try EnvelopeFrame.read(body).type {
      case ConsentNews.type:
        let news = try Envelope<ConsentNews>.decode(body).data
        await onLoop { desk, _ in desk.apply(news.changes) }
      default:
        let control = try Envelope<MailoutControl>.decode(body).data
        await onLoop { $0.apply([control], at: $1) }
      }
    } catch {
      // Another release's news: asking for everything brings what this one can read.
      log.error("a control message cannot be read", [.field("reason", error.detail)])
      connection.changed.raise()
    }
  }

  private func followConnection() async {
    while !Task.isCancelled {
      await connection.changed.wait(until: .now + .seconds(60))
      guard !Task.isCancelled else { return }
      await onLoop { $0.purge(at: $1) }
      if connection.wasLost.exchange(false, ordering: .relaxed) {
        await onLoop { desk, _ in desk.setCurrent(false) }
      }
      if isConnected { await takeSnapshot() }
    }
  }

  /// Asks until it is answered, or the connection is gone again.
  private func takeSnapshot() async {
    var isReported = false
    while isConnected && !Task.isCancelled {
      do {
        async let mailouts: ControlSnapshot = ask(.controlSnapshot)
        async let consents: ConsentSnapshot = ask(.consentSnapshot)
        let snapshot = (mailouts: try await mailouts, consents: try await consents)
        await onLoop { desk, now in
          desk.apply(snapshot.mailouts.mailouts, at: now)
          desk.apply(snapshot.consents)
          desk.setCurrent(true)
        }
        return
      } catch {
        if !isReported { log.warning("no control snapshot yet; calls wait for it", [.error(error)]) }
        isReported = true
        do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
      }
    }
  }

  private func ask<Snapshot: Decodable>(_ operation: Contracts.Operation) async throws -> Snapshot {
    let caller = Caller(principal: "service:sender", scopes: ["mailouts:read", "customers:read"])
    let reply = try await operations.call(operation, data: Array("{}".utf8), as: caller, timeout: .seconds(5))
    return try JSONDecoder().decode(Snapshot.self, from: Data(reply.body))
  }

  private func onLoop(_ body: @escaping @Sendable (ControlDesk, Moment) -> Void) async {
    await withCheckedContinuation { continuation in
      loop.execute { [desk, clock] in
        body(desk, clock())
        continuation.resume()
      }
    }
  }

  /// What happens to the connection, from its own thread.
  private final class Connection: Sendable {
    let changed = Signal()
    let wasLost = Atomic<Bool>(false)

    func note(_ event: AMQPEvent) {
      switch event {
      case .disconnected, .consumerCancelled, .channelClosed: wasLost.store(true, ordering: .relaxed)
      case .connected: break
      default: return
      }
      changed.raise()
    }
  }
}

import AMQP
import Contracts
import FoundationEssentials
import Messaging
import Service

/// Brings followers their news: changes as the scheduler tells them, through one queue of this process; and how far
/// each mailout is, asked of statistics once a second, and at once after a change.
struct MailoutFollowing: Component {
  private static let pause: Duration = .seconds(1)
  /// Mailouts asked for at once.
  private static let atOnce = 16

  let name = "followers of mailouts"
  let followers: MailoutFollowers
  let consumer: AMQPConsumer
  let operations: any OperationCalling
  let log: Log
  private let changed = Signal()

  init(
    followers: MailoutFollowers, instance: String, amqp: AMQPConfiguration, operations: any OperationCalling, log: Log
  ) {
    let queue = Topology.gatewayEvents(instance: instance)
    var configuration = amqp
    configuration.name += " \(queue.name)"
    consumer = AMQPConsumer(
      configuration: configuration, topology: AMQPTopology(queues: [queue]), queue: queue.name, prefetch: 256)
    self.followers = followers
    self.operations = operations
    self.log = log
  }

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await watch() }
      group.addTask { await WorkerLoop(consumer: consumer).run { await take($0) } }
      await Shutdown.requested()
      followers.close()
      group.cancelAll()
    }
  }

  private func take(_ delivery: AMQPDelivery) async {
    do {
      if try tell(delivery.message.body) { changed.raise() }
    } catch {
      // Followers only miss a line: nothing depends on it.
      log.warning("an event for followers cannot be read", [.field("reason", error.detail)])
    }
    await delivery.ack()
  }

  private func tell(_ body: [UInt8]) throws(Problem) -> Bool {
    let frame = try EnvelopeFrame.read(body)
    // How far it is, statistics are asked each second.
    guard frame.type != EventType.mailoutProgressed.rawValue else { return false }
    let data = try JSON.parse(body[frame.data])
    guard case .integer(let id)? = data["id"], let at = try? Timestamp.parse(frame.time) else { return false }
    let line: JSON = [
      "at": .string(frame.time), "type": .string(EventType.unversioned(frame.type)),
      "by": frame.principal.map { .string($0) } ?? .null,
      "data": data,
    ]
    return followers.changed(id, at: Timestamp.microseconds(at), line)
  }

  private func watch() async {
    while !Task.isCancelled {
      await changed.wait(until: .now + Self.pause)
      followers.beat(now: .now)
      let mailouts = followers.mailouts
      await withDiscardingTaskGroup { group in
        for start in 0..<min(Self.atOnce, mailouts.count) {
          group.addTask {
            for index in stride(from: start, to: mailouts.count, by: Self.atOnce) { await ask(mailouts[index]) }
          }
        }
      }
    }
  }

  private func ask(_ id: Int64) async {
    let data: JSON = ["id": .integer(id)]
    do {
      let reply = try await operations.call(
        .mailoutStats, data: data.bytes, as: Caller(principal: "service:gateway", scopes: ["stats:read"]),
        timeout: OperationTimeout.query)
      followers.progressed(id, FollowedMailout(try JSON.parse(reply.body)))
    } catch {
      // The next second asks again; heartbeats go on.
      log.debug("a mailout that is followed could not be asked for", [.mailoutID(id), .field("problem", error.detail)])
    }
  }
}

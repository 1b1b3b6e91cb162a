import AMQP
import Contracts
import Service
import Synchronization
import Testing

@testable import Messaging

/// Commands of programs while nobody can say what the programs may.
@Suite(.timeLimit(.minutes(15))) struct OperationServerTests {
  /// The customer service, which is away for so many questions.
  private final class Knowing: IntegrationKnowing {
    private let away: Mutex<Int>
    init(awayFor count: Int) { away = Mutex(count) }

    func scopes(of name: String) async throws(Problem) -> Set<String>? {
      let isAway = away.withLock { left in
        left -= 1
        return left >= 0
      }
      if isAway { throw Problem(.unavailable, "The customer service is not there.") }
      return ["mailouts:write"]
    }
  }

  /// What became of deliveries, in order.
  private final class Settled: Sendable {
    let all = Mutex<[String]>([])
    var list: [String] { all.withLock { $0 } }
  }

  private let settled = Settled()

  /// - Parameter failures: how often the database is away.
  private func server(_ knowing: Knowing, failures: Int = 0) throws -> OperationServer {
    var handlers = OperationHandlers()
    let left = Atomic(failures)
    handlers.on(.pauseMailout) { [settled] request in
      if left.subtract(1, ordering: .relaxed).newValue >= 0 { throw Problem(.unavailable, "The database is away.") }
      settled.all.withLock { $0.append("handled for \(request.principal)") }
      return OperationReply(.null)
    }
    let amqp = try AMQPConfiguration(url: "amqp://mailout-scheduler:x@127.0.0.1:1/", name: "test")
    return OperationServer(
      service: .mailoutScheduler, amqp: amqp, publisher: AMQPPublisher(configuration: amqp), handlers: handlers,
      integrations: knowing, log: Log(service: "test", instance: "test", level: .error), metrics: Metrics(),
      commandsAtOnce: 1)
  }

  /// A command of a broker's user.
  private func command(of user: String, deadline: String? = nil) -> AMQPDelivery {
    var head = EnvelopeFrame(id: "c", source: "/test", type: Operation.pauseMailout.type, time: "2026-11-26T09:00:00Z")
    head.principal = "operator:ann"
    head.scopes = "mailouts:write"
    head.deadline = deadline
    let message = AMQPMessage(body: head.bytes(data: Array("{}".utf8)), properties: AMQPProperties(userID: user))
    return AMQPDelivery(message: message, exchange: "mailout.commands", routingKey: "x") { [settled] settlement in
      settled.all.withLock { $0.append("\(settlement) of \(user)") }
    }
  }

  /// Neither a dead letter nor, by and by, one.
  @Test func aCommandIsHeldUntilItIsKnownWhatItsSenderMay() async throws {
    let server = try server(Knowing(awayFor: 3))
    await server.answer(command(of: "integration-shop"), from: server.lanes[0])
    #expect(settled.list == ["handled for integration:shop", "ack of integration-shop"])
  }

  /// Nobody would hear that it failed.
  @Test func aCommandWithoutADeadlineWaitsForWhatItNeeds() async throws {
    let server = try server(Knowing(awayFor: 0), failures: 3)
    await server.answer(command(of: "gateway"), from: server.lanes[0])
    #expect(settled.list == ["handled for operator:ann", "ack of gateway"])
  }

  @Test func whoeverWaitsIsAnsweredAtOnce() async throws {
    let server = try server(Knowing(awayFor: 0), failures: .max)
    await server.answer(command(of: "gateway", deadline: "2999-01-01T00:00:00Z"), from: server.lanes[0])
    #expect(settled.list == ["ack of gateway"])
  }

  @Test func whatIsHeldHoldsUpNobody() async throws {
    let server = try server(Knowing(awayFor: .max))
    let held = (0..<3).map { _ in Task { await server.answer(command(of: "integration-shop"), from: server.lanes[0]) } }
    await server.answer(command(of: "gateway"), from: server.lanes[0])
    #expect(settled.list == ["handled for operator:ann", "ack of gateway"])
    for task in held { task.cancel() }
    for task in held { await task.value }
    #expect(settled.list.dropFirst(2) == Array(repeating: "requeue of integration-shop", count: 3)[...])
  }

  @Test func whatIsHeldGoesBackWhenTheProcessEnds() async throws {
    let server = try server(Knowing(awayFor: .max))
    let signal = ShutdownSignal()
    await Shutdown.$signal.withValue(signal) {
      async let held: Void = server.answer(command(of: "integration-shop"), from: server.lanes[0])
      signal.trigger()
      await held
    }
    #expect(settled.list == ["requeue of integration-shop"])
  }
}

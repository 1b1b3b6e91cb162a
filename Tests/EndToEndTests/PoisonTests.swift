import AMQP
import Foundation
import Messaging
import Testing

@testable import Contracts

extension EndToEndTests {
  /// A message nobody can read ends among the dead letters with its reason, and its queue goes on.
  struct PoisonTests {
    static let queues =
      Topology.queues.filter { $0 != Topology.statsDead && $0.kind == .durable }.map(\.name) + [
        Topology.senderBatches(provider: "default").name
      ]

    @Test(arguments: queues)
    func aMalformedMessageIsDeadLettered(queue: String) async throws {
      let letter = try await letter(queue: queue, body: "not json at all")
      #expect(letter["reason"]?.text?.isEmpty == false)
    }

    /// Timelines pass over events that they do not know.
    @Test(arguments: queues.filter { $0 != Topology.statsTimeline.name })
    func anUnknownMessageIsDeadLettered(queue: String) async throws {
      let body =
        #"{"specversion":"1.0","id":"x","source":"/t","type":"no.such.v9","time":"2026-01-01T00:00:00Z","data":{}}"#
      let letter = try await letter(queue: queue, body: body)
      #expect(letter["reason"]?.text?.isEmpty == false)
    }

    /// Well formed, and still nothing that could ever be called.
    @Test func aBatchWithAPhoneThatIsNoneIsDeadLettered() async throws {
      let batch = Batch(
        id: 1, mailoutID: 1, provider: "default", issuedAt: 0, deadline: 1,
        messages: [BatchMessage(id: 1, customerID: 1, phone: "nobody", text: "x")])
      let frame = EnvelopeFrame(id: "x", source: "/t", type: Batch.type, time: "2026-01-01T00:00:00Z")
      let letter = try await letter(
        queue: Topology.senderBatches(provider: "default").name,
        body: String(decoding: frame.bytes(data: batch.bytes), as: UTF8.self))
      #expect(letter["reason"]?.text?.contains("phone") == true)
    }

    /// What is asked there may be a password or whom to forget: it is answered, and kept nowhere. So it is while a service
    /// is older than who asks it.
    @Test(arguments: ServiceName.allCases.filter { $0 != .gateway })
    func whatIsAskedIsNoDeadLetter(service: ServiceName) async throws {
      let secret = "secret-\(UInt64.random(in: 0 ... .max))"
      let url = try await Stack.shared().broker(as: "gateway")
      let client = OperationClient(amqp: try AMQPConfiguration(url: url, name: "poison test"), service: .gateway)
      let running = Task { await client.run() }
      _ = try await eventually("the broker is there") { client.isConnected ? true : nil }
      var problem: Problem?
      do throws(Problem) {
        _ = try await client.call(
          .query("no.such.v9", service, nil), data: JSON.object(["password": .string(secret)]).bytes,
          as: Caller(principal: "service:gateway", scopes: []), timeout: .seconds(120))
      } catch {
        problem = error
      }
      #expect(problem?.detail.contains("no operation") == true, "\(problem.debugDescription)")
      running.cancel()
      await running.value
      // Whatever went to the dead letters before this one would be there before it.
      _ = try await letter(queue: Topology.commandQueue(of: service).name, body: "not json at all")
      #expect(try await Scan.find([secret]) == [])
    }

    private func letter(queue: String, body: String) async throws -> JSON {
      let (stack, api) = (try await Stack.shared(), try await API.admin())
      let marker = "poison-\(UInt64.random(in: 0 ... .max))"
      let publisher = AMQPPublisher(
        configuration: try AMQPConfiguration(url: try stack.value("MAILOUT_TEST_AMQP_URL"), name: "poison test"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await publisher.run() }
        try await publisher.publish(
          AMQPMessage(body: Array(body.utf8), properties: AMQPProperties(messageID: marker)), exchange: "",
          routingKey: queue)
        group.cancelAll()
      }
      let letter = try await eventually("a dead letter from \(queue)") {
        try await api.get("/api/dead-letters?queue=\(queue)").json["items"]?.elements
          .first { $0["message_id"]?.text == marker }
      }
      let whole = try await api.get("/api/dead-letters/\(letter["id"]?.number ?? 0)").json
      #expect(whole["body"]?.text == body)
      return letter
    }

    @Test func afterAllThatAMailoutStillRuns() async throws {
      let api = try await API.admin()
      let tag = "after-poison-\(UInt32.random(in: 0 ... .max))"
      _ = try await api.importCSV("phone,tags\n79340000001,\(tag)\n")
      let id = try await api.createMailout([
        "text": "Still here", "filter": ["tags": [.string(tag)]],
        "end_at": .string(Timestamp.format(.now.addingTimeInterval(7200))),
      ])
      #expect(try await api.finished(id)["counts"] == ["sent": 1])
    }
  }
}

import AMQP
import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// What nobody could handle is seen, and goes back when an operator says so: then it is handled, or dead once more.
  struct DeadLetterTests {
    private static let queue = Topology.statsOutcomes.name

    /// Publishes as a service that gives a message up does.
    private static func bury(_ body: [UInt8], marker: String, queue: String = queue) async throws {
      let stack = try await Stack.shared()
      let publisher = AMQPPublisher(
        configuration: try AMQPConfiguration(url: try stack.value("MAILOUT_TEST_AMQP_URL"), name: "dead letter test"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await publisher.run() }
        try await publisher.publish(
          AMQPMessage(
            body: body,
            properties: AMQPProperties(
              messageID: marker,
              headers: [DeadLetterHeader.queue: .string(queue), DeadLetterHeader.reason: .string("buried \(marker)")])),
          exchange: Topology.dead.name, routingKey: queue)
        group.cancelAll()
      }
    }

    private static func letters(_ api: API, _ marker: String, count: Int) async throws -> [JSON] {
      try await eventually("\(count) dead letters \(marker)") {
        let found =
          try await api.get("/api/dead-letters?queue=\(queue)&limit=1000").json["items"]?.elements
          .filter { $0["message_id"]?.text == marker } ?? []
        return found.count == count ? found : [JSON]?.none
      }
    }

    private static func marker() -> String { "letter-\(UInt64.random(in: 0 ... .max))" }

    @Test func oneGoesBackAndIsHandled() async throws {
      let api = try await API.admin()
      let (marker, id) = (Self.marker(), Int64.random(in: 1_000_000_000...2_000_000_000))
      // Of a mailout that nobody knows: a single message would not be shown before its order.
      let outcome = Outcome(
        messageID: id, mailoutID: id, customerID: id, status: .rejected, attempts: 1, reason: "http_400", at: 1,
        latency: 7, answer: "no such number", provider: "default")
      let body = EnvelopeFrame(
        id: marker, source: "/test", type: OutcomeGroup.type, time: Timestamp.format(.now)
      ).bytes(data: OutcomeGroup(outcomes: [outcome]).bytes)
      try await Self.bury(body, marker: marker)
      let letter = try #require(try await Self.letters(api, marker, count: 1).first)
      #expect(letter["reason"]?.text == "buried \(marker)")
      let filtered = try await api.get("/api/dead-letters?queue=\(Self.queue)&reason=buried%20\(marker)").json
      #expect(filtered["items"]?.elements.count == 1)

      let path = "/api/dead-letters/\(letter["id"]?.number ?? 0)"
      #expect(try await api.get(path).json["body"]?.text == String(decoding: body, as: UTF8.self))
      let answer = try await api.send(.post, path + "/replay")
      #expect(answer.status == 200)
      #expect(try answer.json["replayed_at"]?.text != nil)
      let message = try await eventually("message \(id)") {
        let found = try await api.get("/api/messages/\(id)")
        return found.status == 200 ? try found.json : JSON?.none
      }
      #expect(message["status"] == "rejected")
      let attempts = message["attempts_made"]?.elements ?? []
      #expect(attempts.map { $0["answer"] } == ["no such number"])
      #expect(attempts.first?["latency_ms"] == 7)
      // A second time it is a conflict: it is not dead any more.
      #expect(try await api.send(.post, path + "/replay").status == 409)
      #expect(try await api.send(.post, "/api/dead-letters/999999999/replay").status == 404)
    }

    @Test func aKindGoesBackAndWhatIsPoisonDiesAgainWithItsReason() async throws {
      let api = try await API.admin()
      let marker = Self.marker()
      for _ in 0..<12 { try await Self.bury(Array("poison".utf8), marker: marker) }
      _ = try await Self.letters(api, marker, count: 12)
      let answer = try await api.post(
        "/api/dead-letters/replay", ["queue": .string(Self.queue), "reason": .string("buried \(marker)")])
      #expect(answer.status == 200)
      #expect(try answer.json["ordered"] == 12)
      // Each comes back as a letter of its own, with the reason of the queue's consumer.
      let all = try await Self.letters(api, marker, count: 24)
      let reborn = all.filter { $0["reason"]?.text?.hasPrefix("buried") == false }
      #expect(reborn.count == 12 && reborn.allSatisfy { $0["replayed_at"] == .null })
      let page = try await eventually("nothing left to replay") {
        let page = try await api.get("/api/dead-letters?queue=\(Self.queue)").json
        return page["to_replay"] == 0 ? page : JSON?.none
      }
      #expect(page["items"]?.elements.isEmpty == false)
      #expect(try await api.post("/api/dead-letters/replay", ["reason": "x"]).status == 422)
    }

    @Test func aQueueThatIsGoneIsAConflict() async throws {
      let api = try await API.admin()
      let (marker, queue) = (Self.marker(), "gone-\(UInt32.random(in: 0 ... .max))")
      try await Self.bury([1], marker: marker, queue: queue)
      let letter = try await eventually("the letter of \(queue)") {
        try await api.get("/api/dead-letters?queue=\(queue)").json["items"]?.elements.first
      }
      #expect(try await api.send(.post, "/api/dead-letters/\(letter["id"]?.number ?? 0)/replay").status == 409)
    }
  }
}

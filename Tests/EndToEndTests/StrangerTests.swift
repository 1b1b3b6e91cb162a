import AMQP
import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// Whatever is wrong with somebody else's queue, messages are delivered, and others hear of it.
  struct StrangerTests {
    private static let full: [String: AMQPHeader] = ["x-max-length": 1, "x-overflow": "reject-publish"]

    @Test func aFullQueueAndOneThatNobodyReadsHoldUpNobody() async throws {
      let (stack, api) = (try await Stack.shared(), try await API.admin())
      try await Stranger.queues([Self.full, [:]]) { names in
        let tag = try await api.audience(500, from: 79_670_000_000)
        try await Stranger.listening(to: ["mailout.finished.v1"]) { listener in
          let id = try await api.mailout(to: tag)
          #expect(try await api.finished(id, within: .seconds(60))["counts"] == ["sent": 500])
          #expect(try await listener.event("mailout.finished.v1", about: id)["issued"] == 500)
          #expect(try await api.timeline(id).contains("mailout.finished"))
        }
        // Neither has a bound of its own in bytes: the operator policy gives it one, and none of ours.
        #expect(try await policy(of: names[1], stack).contains("max-length-bytes"))
        #expect(try await policy(of: Topology.statsEvents.name, stack).contains("undefined"))
      }
    }

    /// A queue whose leader is gone confirms nothing, and stops the connection that publishes to it.
    @Test func aQueueWithoutQuorumHoldsUpNoDelivery() async throws {
      let (stack, api) = (try await Stack.shared(), try await API.admin())
      try await Stranger.queues([["x-queue-type": "quorum"]]) { names in
        let server = "\(Self.find(names[0])), S = amqqueue:get_pid(Q)"
        try await stack.rabbitmqctl("eval", "\(server), ok = ra:stop_server(quorum_queues, S).")
        do {
          try await deliver(api)
        } catch {
          try await stack.rabbitmqctl("eval", "\(server), ok = ra:restart_server(quorum_queues, S).")
          throw error
        }
        try await stack.rabbitmqctl("eval", "\(server), ok = ra:restart_server(quorum_queues, S).")
      }
    }

    /// Erlang, which the broker evaluates: Q is the queue.
    private static func find(_ queue: String) -> String {
      "{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"/\">>, queue, <<\"\(queue)\">>))"
    }

    private func policy(of queue: String, _ stack: Stack) async throws -> String {
      try await stack.rabbitmqctl("eval", "\(Self.find(queue)), rabbit_policy:effective_definition(Q).")
    }

    private func deliver(_ api: API) async throws {
      let tag = try await api.audience(500, from: 79_671_000_000)
      // So many events that the broker takes nothing more on their connection.
      let later: [String: JSON] = ["start_at": .string(Timestamp.format(.now + 3600))]
      var waiting: [Int64] = []
      for _ in 0..<100 { waiting.append(try await api.mailout(to: tag, until: .now + 7200, later)) }
      let id = try await api.mailout(to: tag)
      #expect(try await api.finished(id, within: .seconds(60))["counts"] == ["sent": 500])
      #expect(try await api.timeline(id).contains("mailout.finished"))
      for id in waiting { try #require(try await api.send(.delete, "/api/mailouts/\(id)").status == 204) }
    }
  }
}

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
          #expect(try await api.finished(id)["counts"] == ["sent": 500])
          #expect(try await listener.event("mailout.finished.v1", about: id)["issued"] == 500)
          #expect(try await api.timeline(id).contains("mailout.finished"))
        }
        // Neither has a bound of its own in bytes: the operator policy gives it one, and none of ours.
        #expect(try await policy(of: names[1], stack).contains("max-length-bytes"))
        #expect(try await policy(of: Topology.statsEvents.name, stack).contains("undefined"))
      }
    }

    /// A queue whose leader is gone confirms nothing, and stops the connections that publish to it: with this broker soon.
    /// They must have come to know it before: to one that meets it only now its events are refused.
    @Test func aQueueWithoutQuorumHoldsUpNoDelivery() async throws {
      let (stack, api) = (try await Stack.shared(), try await API.admin())
      try await stack.withBroker("{credit_flow_default_credit, {4, 2}}, {quorum_commands_soft_limit, 4}") {
        try await TestProvider.with(2) { provider in
          try await Stranger.queues([["x-queue-type": "quorum"]]) { names in
            try await Stranger.listening(to: ["#"]) { listener in
              let id = try await happen(1, provider, api)
              for type in ["customer.imported.v1", "provider.updated.v1", "message.settled.v1"] {
                try await listener.event(type)
              }
              _ = try await listener.event("mailout.finished.v1", about: id)
            }
            let server = "\(Self.find(names[0])), S = amqqueue:get_pid(Q)"
            try await stack.rabbitmqctl("eval", "\(server), ok = ra:stop_server(quorum_queues, S).")
            do {
              try await deliver(provider, stack, api)
            } catch {
              try await stack.rabbitmqctl("eval", "\(server), ok = ra:restart_server(quorum_queues, S).")
              throw error
            }
            try await stack.rabbitmqctl("eval", "\(server), ok = ra:restart_server(quorum_queues, S).")
          }
        }
      }
    }

    /// Erlang, which the broker evaluates: Q is the queue.
    private static func find(_ queue: String) -> String {
      "{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"/\">>, queue, <<\"\(queue)\">>))"
    }

    private func policy(of queue: String, _ stack: Stack) async throws -> String {
      try await stack.rabbitmqctl("eval", "\(Self.find(queue)), rabbit_policy:effective_definition(Q).")
    }

    /// Each service has something to tell of this.
    /// - Returns: a mailout that is carried out meanwhile.
    private func happen(_ number: Int64, _ provider: TestProvider, _ api: API) async throws -> Int64 {
      try await provider.change(["concurrency": .integer(number)])
      let tag = try await api.audience(1, from: 79_672_000_000 + number)
      return try await api.mailout(to: tag, ["provider": .string(provider.name)])
    }

    private func deliver(_ provider: TestProvider, _ stack: Stack, _ api: API) async throws {
      let tag = try await api.audience(500, from: 79_671_000_000)
      var waiting: [Int64] = []
      _ = try await eventually("every service's public events are stopped") {
        waiting.append(try await happen(Int64(waiting.count) + 2, provider, api))
        let stopped = try await stack.withoutEvents()
        return stopped.isSuperset(of: ["customer", "mailout-scheduler", "sender", "stats"]) ? true : nil
      }
      let id = try await api.mailout(to: tag)
      #expect(try await api.finished(id)["counts"] == ["sent": 500])
      #expect(try await api.timeline(id).contains("mailout.finished"))
      for id in waiting { #expect(try await api.finished(id)["counts"] == ["sent": 1]) }
    }
  }
}

import AMQP
import Contracts
import Foundation
import Messaging
import Testing

extension EndToEndTests {
  /// What can be ordered over REST can be ordered on `mailout.commands`, with the same checks and the same answer.
  struct QueueParityTests {
    /// An operator at the queue.
    private struct Counter: Sendable {
      let client: OperationClient

      func call(
        _ operation: Contracts.Operation, _ data: JSON, scopes: Set<String>? = nil, key: String? = nil
      ) async -> Result<JSON, Problem> {
        let caller = Caller(
          principal: "operator:admin", scopes: scopes ?? Set(Contracts.Operation.all.compactMap(\.scope)))
        do throws(Problem) {
          let reply = try await client.call(
            operation, data: data.bytes, as: caller, idempotencyKey: key, timeout: .seconds(120))
          return .success(try JSON.parse(reply.body))
        } catch {
          return .failure(error)
        }
      }
    }

    private func with(_ body: (Counter, API) async throws -> Void) async throws {
      let url = try await Stack.shared().broker(as: "gateway")
      let client = OperationClient(amqp: try AMQPConfiguration(url: url, name: "test queue"), service: .gateway)
      let running = Task { await client.run() }
      _ = try await eventually("the broker is there") { client.isConnected ? true : nil }
      try await body(Counter(client: client), try await API.admin())
      running.cancel()
      await running.value
    }

    private static let commands = Contracts.Operation.all.filter { $0.kind == .command }

    /// Each is served, and checks what it is given.
    @Test func everyCommandIsServedOnItsQueue() async throws {
      try await with { queue, _ in
        let nonsense: JSON = ["id": 999_999_999_999, "no_such_field": [1]]
        for command in Self.commands {
          switch await queue.call(command, nonsense) {
          case .failure(let problem):
            #expect([.invalid, .malformed, .notFound].contains(problem.code), "\(command.type): \(problem)")
            #expect(!problem.detail.contains("no operation"), "\(command.type)")
          case .success(let reply):
            // What would come of a lead says itself what is wrong with it.
            #expect(["invalid", "refused"].contains(reply["outcome"]?.text ?? ""), "\(command.type) takes anything")
          }
        }
      }
    }

    /// Commands and queries alike: every other scope together is not enough, whatever is sent.
    @Test func everyOperationAsksForItsScope() async throws {
      try await with { queue, api in
        let all = Set(Contracts.Operation.all.compactMap(\.scope))
        for operation in Contracts.Operation.all {
          guard let scope = operation.scope else { continue }
          for data: JSON in [[:], ["id": 1]] {
            guard case .failure(let refused) = await queue.call(operation, data, scopes: all.subtracting([scope]))
            else {
              Issue.record("\(operation.type) asks for no scope")
              continue
            }
            #expect(
              refused.code == .forbidden && refused.detail == "This needs the scope \(scope).", "\(operation.type)")
          }
        }
        _ = try await eventually("the refusal is in the audit log") {
          let lines = try await api.get("/api/audit?operation=mailout.create.v1").json["items"]?.elements ?? []
          return lines.contains { $0["result"] == "refused" && $0["principal"] == "operator:admin" } ? true : nil
        }
      }
    }

    /// A body over REST, and what it is on the queue.
    private struct Twin: Sendable {
      let command: Contracts.Operation
      let path: String
      let body: JSON
      let data: JSON

      /// A body that is the data.
      init(_ command: Contracts.Operation, _ path: String, _ body: JSON) {
        (self.command, self.path, self.body, data) = (command, path, body, body)
      }

      /// A body of one thing.
      init(_ command: Contracts.Operation, _ path: String, _ id: Int64, _ member: String, _ body: JSON) {
        (self.command, self.path, self.body) = (command, path, body)
        data = .object(["id": .integer(id), member: body])
      }
    }

    private static let wrong = [
      Twin(.createCustomer, "/api/customers", ["phone": "x", "tags": 5]),
      Twin(.createMailout, "/api/mailouts", ["text": "{{", "end_at": "soon", "local_window": ["from": "9"]]),
      Twin(.createMessage, "/api/messages", ["customer_id": 0, "text": "", "provider": "nobody"]),
      Twin(.createMessage, "/api/messages", ["customer_id": 888_888_888, "text": "x"]),
      Twin(.recordReceipts, "/api/receipts", ["receipts": [[:], ["message_id": -1]]]),
      Twin(.testMailout, "/api/mailouts/1/test", 1, "body", ["phone": "abc"]),
      Twin(.addMailoutTag, "/api/mailouts/777777/tags", 777_777, "body", ["tag": "vip"]),
      Twin(.addMailoutPhoneCode, "/api/mailouts/777777/phone_codes", 777_777, "body", ["phone_code": "9x"]),
      Twin(.retryFailed, "/api/mailouts/777777/retry-failed", 777_777, "order", ["end_at": "2020-01-01T00:00:00Z"]),
      Twin(.createProvider, "/api/providers", ["name": "", "url": 5]),
    ]

    @Test func whatIsWrongIsWrongInTheSameWords() async throws {
      try await with { queue, api in
        for twin in Self.wrong {
          let answer = try await api.post(twin.path, twin.body)
          let document = try answer.json
          guard case .failure(let problem) = await queue.call(twin.command, twin.data) else {
            Issue.record("\(twin.command.type) is taken on the queue")
            continue
          }
          #expect(document["type"] == .string("urn:mailout:problem:\(problem.code.rawValue)"), "\(twin.command.type)")
          #expect(Self.timeless(document["detail"]?.text) == Self.timeless(problem.detail), "\(twin.command.type)")
          let errors = document["errors"]?.elements ?? []
          #expect(errors.map { $0["pointer"]?.text } == problem.errors.map(\.pointer), "\(twin.command.type)")
          #expect(
            errors.map { Self.timeless($0["detail"]?.text) } == problem.errors.map { Self.timeless($0.detail) },
            "\(twin.command.type)")
        }
      }
    }

    /// Without the instant at which it was said.
    private static func timeless(_ text: String?) -> String? {
      text.map { $0.firstRange(of: "it is now ").map { String(text?[..<$0.lowerBound] ?? "") } ?? $0 }
    }

    @Test func whatIsRightIsDoneAlikeAndOnceAKey() async throws {
      try await with { queue, api in
        _ = try await api.importCSV("phone,first_name\n79520000001,Anna\n")
        let customers = try await api.get("/api/customers?phone=79520000001").json["items"]
        let customer = try #require(customers?.elements.first?["id"])
        let end = Timestamp.format(.now.addingTimeInterval(7200))
        let start = Timestamp.format(.now.addingTimeInterval(3600))
        let right = [
          Twin(.createCustomer, "/api/customers", ["email": "nobody@example.com", "tags": ["parity"]]),
          Twin(.createMailout, "/api/mailouts", ["text": "x", "start_at": .string(start), "end_at": .string(end)]),
          Twin(.createMessage, "/api/messages", ["customer_id": customer, "text": "Hello {{first_name|you}}"]),
        ]
        for twin in right {
          let overREST = try await api.post(twin.path, twin.body)
          #expect(overREST.status == 201, "\(twin.command.type)")
          let key = "parity-\(UInt64.random(in: 0 ... .max))"
          let first = try await queue.call(twin.command, twin.data, key: key).get()
          #expect(Self.shape(first) == Self.shape(try overREST.json), "\(twin.command.type)")
          #expect(first["id"] != (try overREST.json["id"]), "\(twin.command.type)")
          #expect(try await queue.call(twin.command, twin.data, key: key).get() == first, "\(twin.command.type)")
        }
      }
    }

    /// The members of an object, and of what kind each is.
    private static func shape(_ json: JSON) -> [String: String] {
      guard case .object(let members) = json else { return [:] }
      return members.mapValues(\.kind)
    }
  }
}

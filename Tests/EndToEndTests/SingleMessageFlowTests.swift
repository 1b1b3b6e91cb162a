import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// One message to one customer, over REST, through the same engine as a mailout's.
  struct SingleMessageFlowTests {
    private static func customer(_ api: API, _ phone: String) async throws -> JSON {
      _ = try await api.importCSV("phone,first_name\n\(phone),Anna\n")
      return try #require(try await api.get("/api/customers?phone=\(phone)").json["items"]?.elements.first?["id"])
    }

    private static func read(_ api: API, _ id: JSON, until status: String) async throws -> JSON {
      try await eventually("message \(id) is \(status)") {
        let message = try await api.get("/api/messages/\(id.number ?? 0)").json
        // Not `? message : nil`: that nil would be a JSON null, which is a value.
        guard message["status"]?.text == status else { return nil }
        return message
      }
    }

    @Test func aMessageIsSentDeliveredAndTold() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let customer = try await Self.customer(api, "79510000001")
      let order: JSON = ["customer_id": customer, "text": "Hello {{first_name|you}}!"]
      let answer = try await api.post("/api/messages", order, headers: [("Idempotency-Key", "single-1")])
      #expect(answer.status == 201)
      let id = try #require(try answer.json["id"])
      #expect(answer.headers["Location"] == "/api/messages/\(id.number ?? 0)")
      #expect(try await api.post("/api/messages", order, headers: [("Idempotency-Key", "single-1")]).json["id"] == id)
      // Known from its 201 on: nobody is told otherwise at once, only where it takes longer than statistics wait.
      _ = try await eventually("the message is known") {
        let asked = ContinuousClock.now
        let status = try await api.get("/api/messages/\(id.number ?? 0)").status
        #expect(status == 200 || asked.duration(to: .now) >= .seconds(1))
        return status == 200 ? true : nil
      }
      let sent = try await Self.read(api, id, until: "sent")
      #expect(sent["mailout_id"] == .null && sent["text"] == "Hello {{first_name|you}}!")
      #expect(try await fake.call(id.number ?? 0)["text"] == "Hello Anna!")
      let receipts: JSON = ["receipts": [["message_id": id]]]
      #expect(try await api.post("/api/receipts", receipts).json["delivered"] == 1)
      let timeline = try await api.get("/api/messages/\(id.number ?? 0)/timeline").json["items"]?.elements ?? []
      #expect(timeline.map { $0["type"] } == ["message.queued", "message.attempt", "message.delivered"])
      let whole = try await api.get("/api/customers/\(customer.number ?? 0)/timeline").json["items"]?.elements ?? []
      #expect(whole.contains { $0["type"] == "message.delivered" && $0["data"]?["id"] == id })
      _ = try await eventually("the import is in the customer's timeline") {
        let lines = try await api.get("/api/customers/\(customer.number ?? 0)/timeline").json["items"]?.elements ?? []
        return lines.contains { $0["type"] == "customer.created" && $0["data"]?["by_import"] == true } ? true : nil
      }
    }

    @Test func aMessageThatWaitsCanBeChangedAndCancelled() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let customer = try await Self.customer(api, "79510000002")
      let (path, provider) = try await Self.openProvider(api)
      let orders = try await (0..<2).asyncMap { number in
        let order: JSON = ["customer_id": customer, "text": .string("first \(number)"), "provider": provider]
        return try #require(try await api.post("/api/messages", order).json["id"])
      }
      let changed = try await api.send(
        .put, "/api/messages/\(orders[0].number ?? 0)", body: JSON.object(["text": "second"]).bytes)
      #expect(changed.status == 200)
      #expect(try changed.json["text"] == "second")
      let cancelled = try await api.send(.delete, "/api/messages/\(orders[1].number ?? 0)")
      #expect(cancelled.status == 200)
      #expect(try cancelled.json["status"] == "cancelled")
      try #require(try await api.post(path + "/circuit", ["state": "auto"]).status == 200)
      _ = try await Self.read(api, orders[0], until: "sent")
      _ = try await Self.read(api, orders[1], until: "cancelled")
      #expect(try await fake.calls().map(\.id) == [orders[0].number ?? 0])
      #expect(try await fake.call(orders[0].number ?? 0)["text"] == "second")
      let late = try await api.send(.delete, "/api/messages/\(orders[0].number ?? 0)")
      #expect(late.status == 409)
      let shown = try await api.get("/api/messages/\(orders[0].number ?? 0)").json
      #expect(shown["text"] == "second")
      #expect(try await api.send(.delete, "/api/messages/999999999").status == 404)
      try #require(try await api.send(.patch, path, body: JSON.object(["enabled": false]).bytes).status == 200)
    }

    /// Committed is as good as sent: whatever stands between.
    @Test func aSchedulerThatIsKilledLosesNoOrder() async throws {
      let (stack, api, fake) = (try await Stack.shared(), try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let customer = try await Self.customer(api, "79510000003")
      let accepted = try await withThrowingTaskGroup(of: Int64?.self) { group in
        for number in 0..<400 {
          group.addTask {
            let order: JSON = ["customer_id": customer, "text": .string("order \(number)")]
            let answer = try await api.post("/api/messages", order, headers: [("Idempotency-Key", "kill-\(number)")])
            return answer.status == 201 ? try answer.json["id"]?.number : nil
          }
        }
        var ids: Set<Int64> = []
        var isKilled = false
        for try await id in group {
          if let id { ids.insert(id) }
          // In the middle of committing, issuing and publishing.
          guard ids.count >= 100, !isKilled else { continue }
          isKilled = true
          try await stack.kill("mailout-scheduler")
        }
        return ids
      }
      #expect(accepted.count >= 100)
      for id in accepted { _ = try await Self.read(api, .integer(id), until: "sent") }
      let calls = try await fake.calls()
      #expect(calls.allSatisfy { $0.count == 1 })
      #expect(accepted.isSubset(of: Set(calls.map(\.id))))
    }

    @Test func aMailoutsTextCanBeTriedOnAPhone() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let id = try await api.createMailout([
        "text": "Try {{first_name|friend}}", "start_at": .string(Timestamp.format(.now.addingTimeInterval(3600))),
        "end_at": .string(Timestamp.format(.now.addingTimeInterval(7200))),
      ])
      let answer = try await api.post("/api/mailouts/\(id)/test", ["phone": "+79510000004"])
      #expect(answer.status == 201)
      let message = try #require(try answer.json["id"])
      _ = try await Self.read(api, message, until: "sent")
      let text = try await fake.call(message.number ?? 0)["text"]?.text
      #expect(text == "Try friend")
      #expect(try await api.stats(id)["counts"] == [:])
      #expect(try await api.send(.delete, "/api/mailouts/\(id)").status == 204)
    }

    /// A provider of this test's own, which nobody ever knew as one to be called: it is disabled until its circuit is
    /// open, so it does not matter how far the news of it have come.
    private static func openProvider(_ api: API) async throws -> (path: String, name: JSON) {
      let name: JSON = .string("single-\(UInt32.random(in: 0 ... .max))")
      let stack = try await Stack.shared()
      let made = try await api.post(
        "/api/providers",
        [
          "name": name, "url": .string(try stack.value("FAKE_PROVIDER_URL")),
          "token": .string(try stack.secret("provider-token")), "enabled": false,
        ])
      let path = "/api/providers/\(try #require(try made.json["id"]?.number))"
      try #require(try await api.post(path + "/circuit", ["state": "open"]).status == 200)
      try #require(try await api.send(.patch, path, body: JSON.object(["enabled": true]).bytes).status == 200)
      return (path, name)
    }
  }
}

extension Range where Bound == Int {
  fileprivate func asyncMap<Value>(_ body: (Int) async throws -> Value) async throws -> [Value] {
    var values: [Value] = []
    for number in self { values.append(try await body(number)) }
    return values
  }
}

import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// Leads over REST, with buyers that hang and senders that die.
  struct LeadTests {
    /// A buyer behind the fake provider, and the leads of one customer for it.
    private struct Buyer: Sendable {
      let name = "buyer-\(UInt32.random(in: 0 ... .max))"
      let customer = Int64.random(in: 1...Int64.max >> 1)
      let api: API
      let fake: API

      /// It is given all the time that there is, and no rest.
      init(_ api: API) async throws {
        self.api = api
        let url = try await Stack.shared().value("FAKE_PROVIDER_URL")
        fake = API(base: url)
        let answer = try await api.post(
          "/api/buyers",
          [
            "name": .string(name), "routing": ["customer_ids": [.integer(customer)]], "timeout_ms": 25_000,
            "stages": [
              "test": ["url": .string("\(url)/buyers/\(name)"), "username": "u", "password": "not-a-real-one"]
            ], "breaker": ["min_calls": 1000, "slow_ms": 120_000],
          ])
        try #require(answer.status == 201, "\(String(decoding: answer.body, as: UTF8.self))")
      }

      func behave(_ answer: String) async throws {
        let done = try await fake.send(.put, "/fake/buyers/\(name)", body: Array(#"{"answer":"\#(answer)"}"#.utf8))
        try #require(done.status == 200)
      }

      func calls() async throws -> Int64? { try await fake.get("/fake/buyers/\(name)").json["calls"]?.number }

      func send(_ lead: String) async throws -> API.Answer {
        try await api.post(
          "/send",
          [
            "lead_id": .string(lead), "customer_id": .integer(customer),
            "customer_fields_mapping": [
              "email": ["customer_key": "Email_Titulaire", "customer_value": .string("\(lead)@example.com")]
            ],
          ])
      }
    }

    /// A lead whose sender is killed in mid-call is answered as unknown, and reaches the buyer once.
    @Test func aKilledSenderSendsNoLeadTwice() async throws {
      let (stack, api) = (try await Stack.shared(), try await API.admin())
      let buyer = try await Buyer(api)
      try await buyer.behave("hang")
      let lead = "killed-\(UInt32.random(in: 0 ... .max))"
      async let sent = buyer.send(lead)
      _ = try await eventually("the buyer is called") { try await buyer.calls() == 1 ? true : nil }
      #expect(try await api.get("/status/\(lead)").status == 504)
      for process in try await stack.processes() where process.name.hasPrefix("sender") { kill(process.id, SIGKILL) }
      let answer = try await sent
      #expect(answer.status == 502)
      #expect(try answer.json["error"] == "Result unknown")
      try await buyer.behave("ok")
      #expect(try await buyer.calls() == 1)
      // Whoever asks meanwhile is told that nothing is known yet, and no call is made for that.
      #expect([502, 504].contains(try await api.get("/status/\(lead)").status))
      #expect(try await buyer.send(lead).status == 502)
      #expect(try await buyer.calls() == 1)
    }

    /// Mailouts and other buyers go on while a buyer hangs with all its places taken.
    @Test func aHangingBuyerHindersNobody() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let slow = try await Buyer(api)
      let quick = try await Buyer(api)
      try await slow.behave("hang")
      let tag = "leads-\(UInt32.random(in: 0 ... .max))"
      let lines = (0..<200).map { "\(79_390_000_000 + $0),\(tag)" }
      _ = try await api.importCSV("phone,tags\n" + lines.joined(separator: "\n") + "\n")
      try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<8 { group.addTask { try await slow.send("\(tag)-slow-\(number)").status } }
        _ = try await eventually("the buyer hangs") { try await slow.calls() == 8 ? true : nil }
        for number in 0..<10 { #expect(try await quick.send("\(tag)-\(number)").status == 200) }
        let id = try await api.createMailout([
          "text": "Hello", "filter": ["tags": [.string(tag)]],
          "end_at": .string(Timestamp.format(.now.addingTimeInterval(7200))),
        ])
        #expect(try await api.finished(id)["counts"] == ["sent": 200])
        for try await status in group { #expect(status == 502) }
      }
      try await fake.reset()
    }
  }
}

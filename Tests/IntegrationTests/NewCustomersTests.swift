import Contracts
import Testing

@testable import Customer
@testable import Messaging

/// Customers who are made together: each request has its own answer, whatever the others want.
@Suite struct NewCustomersTests {
  private func create(_ fixture: CustomerFixture, _ data: JSON, key: String?) async -> Result<JSON, any Error> {
    do {
      return .success(try await fixture.json(.createCustomer, data, key: key))
    } catch {
      return .failure(error)
    }
  }

  @Test func eachHasTheirOwnAnswer() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await fixture.json(.createTag, ["tag": "known"])
      let wishes: [JSON] = (0..<60).map { number in
        var wish: [String: JSON] = ["phone": .string("7916123\(1000 + number)"), "first_name": .string("N\(number)")]
        switch number % 4 {
        case 0: wish["tags"] = ["known"]
        case 1: wish["tags"] = [.string("new \(number)"), "known"]
        case 2: wish["attributes"] = ["city": .string("Köln \"\(number)\"")]
        default: wish = ["email": .string("n\(number)@example.com"), "timezone": "Europe/Berlin"]
        }
        return .object(wish)
      }
      let answers = try await withThrowingTaskGroup(of: (Int, JSON).self) { group in
        for (number, wish) in wishes.enumerated() {
          group.addTask { (number, try await create(fixture, wish, key: "k\(number)").get()) }
        }
        return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      for (number, wish) in wishes.enumerated() {
        let answer = try #require(answers[number])
        for name in ["phone", "first_name", "email", "timezone", "attributes"] where wish[name] != nil {
          #expect(answer[name] == wish[name])
        }
        let id = try #require(answer["id"])
        #expect(try await fixture.json(.readCustomer, ["id": id]) == answer)
        #expect(try await fixture.json(.createCustomer, wish, key: "k\(number)") == answer, "the key is theirs")
      }
      #expect(try await fixture.count("select count(*) from customer.customer") == 60)
      #expect(try await fixture.count("select count(*) from customer.idempotency") == 60)
      #expect(
        try await fixture.count(
          "select count(distinct subject_id) from customer.audit where operation like 'customer.create.%'")
          == 60)
      #expect(
        try await fixture.count(
          "select count(distinct body) from customer.event where type = 'customer.created.v1'") == 60)
    }
  }

  @Test func aFaultIsOfWhoMadeIt() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await fixture.json(.createCustomer, ["phone": "79161230000"])
      _ = try await fixture.json(.createCustomer, ["phone": "79161230001"], key: "used")
      let answers = await withTaskGroup(of: (Int, Result<JSON, any Error>).self) { group in
        for number in 0..<30 {
          let phone = number % 3 == 0 ? "79161230000" : "7916123\(1000 + number)"
          let key = number == 1 ? "used" : "k\(number)"
          group.addTask { (number, await create(fixture, ["phone": .string(phone)], key: key)) }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      for (number, answer) in answers {
        let code =
          { if case .failure(let error) = answer { (error as? Problem)?.code } else { nil } }() as Problem.Code?
        // A key that stood for another request; a phone that somebody has; nothing.
        #expect(code == (number == 1 ? .invalid : number % 3 == 0 ? .conflict : nil), "of the request \(number)")
      }
      #expect(try await fixture.count("select count(*) from customer.customer") == 21)
    }
  }

  /// Two in one round under one key: one is done, and both hear of that one.
  @Test func theSameKeyTwiceIsOneCustomer() async throws {
    try await CustomerFixture.with { fixture async throws in
      let answers = await withTaskGroup(of: Result<JSON, any Error>.self) { group in
        for _ in 0..<20 { group.addTask { await create(fixture, ["phone": "79161230000"], key: "k") } }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let done = answers.compactMap { try? $0.get() }
      #expect(done.allSatisfy { $0 == done[0] } && !done.isEmpty)
      for case .failure(let error) in answers { #expect((error as? Problem)?.code == .conflict, "still worked on") }
      #expect(try await fixture.count("select count(*) from customer.customer") == 1)
      #expect(try await fixture.count("select count(*) from customer.event where type = 'customer.created.v1'") == 1)
    }
  }

  /// Whoever makes a link holds its tag: one that is deleted meanwhile leaves no link behind.
  @Test func aDeletedTagLeavesNoLink() async throws {
    try await CustomerFixture.with { fixture async throws in
      let tag = try #require(try await fixture.json(.createTag, ["tag": "vip"])["id"])
      let deleting = try await fixture.pool.withTransaction { connection in
        let draft = try CustomerDraft.read(
          ["phone": "79161230000", "tags": ["vip"]], zones: try TimeZoneNames.system())
        _ = try await CustomerStore().create(draft, on: connection)
        let deleting = Task { try await fixture.call(.deleteTag, ["id": tag]) }
        while try await fixture.count("select count(*) from pg_locks where not granted") == 0 { await Task.yield() }
        return deleting
      }
      _ = try await deleting.value
      #expect(try await fixture.count("select count(*) from customer.customer_tag") == 0)
      #expect(try await fixture.count("select count(*) from customer.customer") == 1)
    }
  }
}

import Contracts
import Testing

@testable import Customer

@Suite struct CustomerImportTests {
  private func csv(_ columns: [String], _ text: String, firstLine: Int64 = 2) -> JSON {
    [
      "format": "csv", "columns": .array(columns.map(JSON.string)), "first_line": .integer(firstLine),
      "text": .string(text),
    ]
  }

  private func report(_ created: Int64, _ updated: Int64, _ rejected: Int64 = 0) -> [String: Int64] {
    ["created": created, "updated": updated, "rejected": rejected]
  }

  private func run(_ fixture: CustomerFixture, _ data: JSON, key: String? = nil) async throws -> [String: Int64] {
    let json = try await fixture.json(.importCustomers, data, key: key)
    var counts: [String: Int64] = [:]
    for name in ["created", "updated", "rejected"] {
      if case .integer(let count) = json[name] { counts[name] = count }
    }
    return counts
  }

  private func customer(_ fixture: CustomerFixture, phone: String) async throws -> JSON {
    let page = try await fixture.json(.listCustomers, ["filter": ["phone": .string(phone)]])
    guard case .array(let items) = page["items"] else { return .null }
    return items.first ?? .null
  }

  @Test func goodLinesGoInWhateverTheBadOnesDo() async throws {
    try await CustomerFixture.with { fixture async throws in
      let data = csv(
        ["phone", "first_name", "tags", "city"],
        "79161234567,Ivan,vip;news,Moscow\nnonsense,A,,\n79161234568,\"Anna\nMaria\",,\"a \"\"b\"\"\"\n")
      let json = try await fixture.json(.importCustomers, data)
      #expect(json["created"] == 2)
      #expect(json["updated"] == 0)
      #expect(json["rejected"] == 1)
      guard case .array(let errors) = json["errors"] else {
        Issue.record("no errors")
        return
      }
      #expect(errors.map { $0["line"] } == [3])
      #expect(errors.map { $0["field"] } == ["phone"])
      let ivan = try await customer(fixture, phone: "79161234567")
      #expect(ivan["tags"] == ["news", "vip"])
      #expect(ivan["attributes"] == ["city": "Moscow"])
      #expect(ivan["phone_code"] == "916")
      let anna = try await customer(fixture, phone: "79161234568")
      #expect(anna["first_name"] == "Anna\nMaria")
      #expect(anna["attributes"] == ["city": "a \"b\""])
      #expect(try await fixture.count("select count(*) from customer.event where type = 'customer.imported.v1'") == 1)
      // Timelines need to know whom it was about.
      let event = try await fixture.pool.query(
        "select body from customer.event where type = 'customer.imported.v1'"
      ).first.map { try JSON.parse(try $0[0, as: [UInt8].self])["data"] }
      let ids = [ivan["id"], anna["id"]].compactMap { $0 }
      #expect(event??["created_ids"] == .array(ids) && event??["updated_ids"] == [])
    }
  }

  @Test func aKnownPhoneIsUpdatedInTheFieldsGiven() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await fixture.call(
        .createCustomer,
        [
          "phone": "79161234567", "phone_code": "111", "first_name": "Ivan", "last_name": "P", "timezone": "UTC",
          "attributes": ["city": "Moscow", "size": "L"], "tags": ["old", "kept"],
        ])
      let columns = ["phone", "first_name", "last_name", "timezone", "tags", "city"]
      #expect(try await run(fixture, csv(columns, "79161234567,Ann,,,kept;new,Omsk\n")) == report(0, 1))
      let ann = try await customer(fixture, phone: "79161234567")
      #expect(ann["first_name"] == "Ann")
      #expect(ann["last_name"] == "P")
      #expect(ann["timezone"] == "UTC")
      #expect(ann["phone_code"] == "111", "a code that was given is not derived anew")
      #expect(ann["tags"] == ["kept", "new"])
      #expect(ann["attributes"] == ["city": "Omsk", "size": "L"])
      #expect(try await run(fixture, csv(["phone", "tags"], "79161234567,\n")) == report(0, 1))
      #expect(try await customer(fixture, phone: "79161234567")["tags"] == ["kept", "new"])
    }
  }

  @Test func aPhoneTwiceInOneChunkIsOneCustomer() async throws {
    try await CustomerFixture.with { fixture async throws in
      let data = csv(["phone", "first_name"], "79161234567,A\n79161234568,B\n+79161234567,C\n79161234567,\n")
      #expect(try await run(fixture, data) == report(2, 2))
      #expect(try await customer(fixture, phone: "79161234567")["first_name"] == "C")
      #expect(try await fixture.count("select count(*) from customer.customer") == 2)
    }
  }

  @Test func withoutPhoneTheAddressIsTheKey() async throws {
    try await CustomerFixture.with { fixture async throws in
      let columns = ["phone", "email", "first_name"]
      #expect(try await run(fixture, csv(columns, "79161234567,a@b.cd,WithPhone\n,A@b.cd,One\n")) == report(2, 0))
      #expect(try await run(fixture, csv(columns, ",a@B.cd,Two\n,c@d.ef,Three\n")) == report(1, 1))
      #expect(try await customer(fixture, phone: "79161234567")["first_name"] == "WithPhone")
      #expect(try await fixture.count("select count(*) from customer.customer where first_name = 'Two'") == 1)
      #expect(try await fixture.count("select count(*) from customer.customer") == 3)
    }
  }

  @Test func objectsAreImportedLikeLines() async throws {
    try await CustomerFixture.with { fixture async throws in
      let text = """
        {"phone":"79161234567","tags":["a"],"attributes":{"city":"Omsk"}}
        {"phone":79161234568}
        {"phone":"79161234567","tags":[],"first_name":"Ü"}
        """
      let data: JSON = ["format": "ndjson", "first_line": 1, "text": .string(text)]
      #expect(try await run(fixture, data) == report(1, 1, 1))
      let customer = try await customer(fixture, phone: "79161234567")
      #expect(customer["tags"] == [])
      #expect(customer["first_name"] == "Ü")
    }
  }

  @Test func aRepeatedChunkIsAnsweredFromMemory() async throws {
    try await CustomerFixture.with { fixture async throws in
      let data = csv(["phone"], "79161234567\n")
      #expect(try await run(fixture, data, key: "chunk-1") == report(1, 0))
      #expect(try await run(fixture, data, key: "chunk-1") == report(1, 0))
      #expect(try await run(fixture, data) == report(0, 1))
    }
  }

  /// Chunks of the same customers in different orders, at once: each customer is created by exactly one of them.
  @Test func chunksAtOnceNeitherDeadlockNorDouble() async throws {
    try await CustomerFixture.with { fixture async throws in
      let phones = (0..<300).map { "7916000\(1000 + $0)" }
      let chunks = (0..<6).map { number in
        let lines = phones.shuffled().map { "\($0),t\(number);t\(number + 1),v\n" }.joined()
        return csv(["phone", "tags", "a\(number % 2)"], lines)
      }
      let counts = try await withThrowingTaskGroup(of: [String: Int64].self) { group in
        for chunk in chunks { group.addTask { try await run(fixture, chunk) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(counts.reduce(0) { $0 + ($1["created"] ?? 0) } == 300)
      #expect(counts.reduce(0) { $0 + ($1["updated"] ?? 0) } == 1500)
      #expect(try await fixture.count("select count(*) from customer.customer") == 300)
      #expect(try await fixture.count("select count(*) from customer.customer_tag") == 600)
    }
  }

  /// No constraint keeps addresses unique: only the imports' own order does.
  @Test func chunksWithoutPhonesAtOnceDoNotDouble() async throws {
    try await CustomerFixture.with { fixture async throws in
      let lines = (0..<50).map { "u\($0)@example.com,A\n" }
      let chunks = (0..<6).map { _ in csv(["email", "first_name"], lines.shuffled().joined()) }
      let counts = try await withThrowingTaskGroup(of: [String: Int64].self) { group in
        for chunk in chunks { group.addTask { try await run(fixture, chunk) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(counts.reduce(0) { $0 + ($1["created"] ?? 0) } == 50)
      #expect(try await fixture.count("select count(*) from customer.customer") == 50)
    }
  }
}

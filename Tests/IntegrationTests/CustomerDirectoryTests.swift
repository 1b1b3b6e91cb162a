import Contracts
import Postgres
import Testing

@testable import Customer

@Suite struct CustomerDirectoryTests {
  struct Kind: Sendable, CustomTestStringConvertible {
    let kind: NamedKind
    let operations: NamedHandlers.Operations
    let names: [String]
    /// What is no name, and a word of the fault.
    let bad: [(JSON, String)]
    var testDescription: String { kind.what }

    static let all = [
      Kind(
        kind: .tag, operations: .tags, names: ["gold", "new", "vip"],
        bad: [
          ("a;b", ";"), ("", "empty"), (" x", "space"), (7, "string"),
          (.string(String(repeating: "x", count: 65)), "64"),
        ]),
      Kind(
        kind: .phoneCode, operations: .phoneCodes, names: ["495", "49-1511", "916"].sorted(),
        bad: [("91", "3 digits"), ("9161", "3 digits"), ("abc", "3 digits"), (916, "string")]),
      Kind(
        kind: .timezone(TimeZoneNames(tzdata: "# version test\nZ UTC 0\n")), operations: .timezones,
        names: ["Asia/Calcutta", "Europe/Moscow", "UTC"],
        bad: [("Mars/Base", "Mars/Base"), ("europe/moscow", "europe/moscow"), ("", "empty")]),
    ]

    func body(_ name: JSON) -> JSON { .object([kind.field: name]) }
  }

  @Test(arguments: Kind.all) func comeAndGo(_ kind: Kind) async throws {
    try await CustomerFixture.with { fixture async throws in
      let (field, operations) = (kind.kind.field, kind.operations)
      var ids: [JSON] = []
      for name in kind.names.reversed() {
        let reply = try await fixture.call(operations.create, kind.body(.string(name)))
        #expect(reply.etag == "1")
        let made = try JSON.parse(reply.body)
        #expect(made[field] == .string(name))
        #expect(made["created_at"] == made["updated_at"])
        let again = try await fixture.json(operations.create, kind.body(.string(name)))
        #expect(again == made, "what is there already is as good as new")
        ids.append(try #require(made["id"]))
      }
      let all = try await names(fixture, kind, [:], limit: 2)
      #expect(all == kind.names)
      #expect(try await names(fixture, kind, [:], sort: "-\(field)", limit: 2) == kind.names.reversed())
      #expect(try await names(fixture, kind, kind.body(.string(kind.names[1])), limit: 2) == [kind.names[1]])
      #expect(try await names(fixture, kind, kind.body("none"), limit: 2) == [])
      let gone = ids[0]
      #expect(try await fixture.refusal(operations.delete, ["id": gone, "if_match": "2"]) == .stale)
      #expect(try await fixture.json(operations.delete, ["id": gone, "if_match": "1"]) == ["id": gone])
      for operation in [operations.read, operations.delete] {
        #expect(try await fixture.refusal(operation, ["id": gone]) == .notFound)
      }
      let renamed = try await fixture.call(
        operations.replace, ["id": ids[1], "if_match": "1", "body": kind.body(.string(kind.names[2]))])
      #expect(renamed.etag == "2")
      #expect(try await fixture.json(operations.read, ["id": ids[1]]) == JSON.parse(renamed.body))
      #expect(
        try await fixture.refusal(operations.replace, ["id": ids[2], "body": kind.body(.string(kind.names[2]))])
          == .conflict)
      let events = try await fixture.pool.query("select type from customer.event order by id")
      let (made, changed, deleted) = kind.kind.events
      #expect(
        try events.map { try $0[0, as: String.self] }
          == [made, made, made, deleted, changed].map(\.rawValue))
    }
  }

  @Test(arguments: Kind.all) func whatIsNoNameIsRefused(_ kind: Kind) async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try #require(try await fixture.json(kind.operations.create, kind.body(.string(kind.names[0])))["id"])
      for (name, word) in kind.bad {
        for (operation, data) in [
          (kind.operations.create, kind.body(name)),
          (kind.operations.replace, .object(["id": id, "body": kind.body(name)])),
        ] as [(Operation, JSON)] {
          let problem = await #expect(throws: Problem.self) { try await fixture.call(operation, data) }
          #expect(problem?.code == .invalid)
          #expect(problem?.errors.map(\.pointer) == ["/\(kind.kind.field)"])
          #expect(problem?.errors.first?.detail.contains(word) == true, "\(problem?.errors ?? [])")
        }
      }
      for data in [[:], ["colour": "red"], ["tag": nil], .array([])] as [JSON] {
        #expect(try await fixture.refusal(kind.operations.create, data) == .invalid)
      }
      for data in [["limit": 0], ["sort": "id"], ["after": "x"], ["filter": ["x": "y"]]] as [JSON] {
        #expect(try await fixture.refusal(kind.operations.list, data) == .invalid)
      }
    }
  }

  @Test func codesAndZonesOfCustomersAreThere() async throws {
    try await CustomerFixture.with { fixture async throws in
      let anna = try await fixture.json(
        .createCustomer, ["phone": "79161234567", "timezone": "Europe/Moscow"])
      _ = try await fixture.call(
        .importCustomers,
        [
          "format": "csv", "columns": ["phone", "timezone"], "first_line": 2,
          "text": "4915112345678,Europe/Berlin\n79031234567,\n",
        ])
      #expect(try await values(fixture, .listPhoneCodes, "phone_code") == ["49-1511", "903", "916"])
      #expect(try await values(fixture, .listTimezones, "timezone") == ["Europe/Berlin", "Europe/Moscow"])
      let moscow = try #require(try await fixture.json(.createTimezone, ["timezone": "Europe/Moscow"])["id"])
      let problem = await #expect(throws: Problem.self) { try await fixture.call(.deleteTimezone, ["id": moscow]) }
      #expect(problem?.code == .conflict)
      #expect(problem?.detail.contains("One customer has the time zone Europe/Moscow") == true)
      #expect(
        try await fixture.refusal(.replaceTimezone, ["id": moscow, "body": ["timezone": "Asia/Tokyo"]]) == .conflict)
      _ = try await fixture.call(.deleteCustomer, ["id": try #require(anna["id"])])
      _ = try await fixture.call(.deleteTimezone, ["id": moscow])
      #expect(try await values(fixture, .listTimezones, "timezone") == ["Europe/Berlin"])
      _ = try await fixture.call(.createCustomer, ["phone": "79161234567", "timezone": "Europe/Moscow"])
      #expect(try await values(fixture, .listTimezones, "timezone") == ["Europe/Berlin", "Europe/Moscow"])
    }
  }

  /// What a delete at the same moment has taken away, housekeeping puts back.
  @Test func whatCustomersHaveIsPutBack() async throws {
    try await CustomerFixture.with { fixture async throws in
      for phone in ["79161234567", "79161234568", "4915112345678", "6834000"] {
        _ = try await fixture.call(.createCustomer, ["phone": .string(phone), "timezone": "UTC"])
      }
      try await fixture.pool.query("delete from customer.phone_code")
      try await fixture.pool.query("delete from customer.timezone")
      try await CustomerNames(zones: TimeZoneNames.system(), pool: fixture.pool).complete()
      #expect(try await values(fixture, .listPhoneCodes, "phone_code") == ["49-1511", "916"])
      #expect(try await values(fixture, .listTimezones, "timezone") == ["UTC"])
    }
  }

  private func values(_ fixture: CustomerFixture, _ operation: Operation, _ field: String) async throws -> [String] {
    guard case .array(let items) = try await fixture.json(operation, [:])["items"] else { return [] }
    return items.compactMap { if case .string(let text) = $0[field] { text } else { nil } }
  }

  private func names(
    _ fixture: CustomerFixture, _ kind: Kind, _ filter: JSON, sort: String? = nil, limit: Int64
  ) async throws -> [String] {
    var names: [String] = []
    var after: JSON = .null
    repeat {
      var data: [String: JSON] = ["filter": filter, "limit": .integer(limit), "after": after]
      data["sort"] = sort.map(JSON.string)
      let page = try await fixture.json(kind.operations.list, .object(data))
      guard case .array(let items) = page["items"] else { break }
      names += items.compactMap { if case .string(let text) = $0[kind.kind.field] { text } else { nil } }
      after = page["next"] ?? .null
    } while after != .null
    return names
  }
}

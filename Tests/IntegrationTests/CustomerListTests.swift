import Contracts
import Testing

@testable import Customer

@Suite struct CustomerListTests {
  private func populate(_ fixture: CustomerFixture) async throws {
    let lines = (0..<200).map { number in
      [
        "7\(["900", "916"][number % 2])\(1_000_000 + number)", "user\(number % 50)@example.com", "Name\(number % 20)",
        "Last_\(number % 3)", ["UTC", "Europe/Moscow", ""][number % 3], number % 4 == 0 ? "vip" : "x;y",
      ].joined(separator: ",") + "\n"
    }
    _ = try await fixture.call(
      .importCustomers,
      [
        "format": "csv", "columns": ["phone", "email", "first_name", "last_name", "timezone", "tags"],
        "first_line": 2, "text": .string(lines.joined()),
      ])
  }

  private func ids(
    _ fixture: CustomerFixture, _ filter: JSON, sort: String = "id", limit: Int64
  ) async throws -> [Int64] {
    var ids: [Int64] = []
    var after: JSON = .null
    repeat {
      let page = try await fixture.json(
        .listCustomers, ["filter": filter, "limit": .integer(limit), "after": after, "sort": .string(sort)])
      guard case .array(let items) = page["items"] else { break }
      for item in items {
        if case .integer(let id) = item["id"] { ids.append(id) }
      }
      after = page["next"] ?? .null
    } while after != .null
    return ids
  }

  private func expected(_ fixture: CustomerFixture, _ condition: String) async throws -> [Int64] {
    try await fixture.pool.query("select id from customer.customer c where \(raw: condition) order by id")
      .map { try $0[0, as: Int64.self] }
  }

  private static let hasVIP = """
    exists (select from customer.customer_tag ct join customer.tag t on t.id = ct.tag_id
      where ct.customer_id = c.id and t.name = 'vip')
    """

  private static let filters: [(JSON, String)] = [
    ([:], "true"),
    (["tag": ["vip"]], hasVIP),
    (["tag": ["vip", "x", "y"]], "true"),
    (["tag": ["nobody"]], "false"),
    (["phone_code": ["916"]], "phone_code = '916'"),
    (["phone_code": ["916", "900"], "timezone": ["UTC"]], "timezone = 'UTC'"),
    (["timezone": ["UTC", "Europe/Moscow"]], "timezone is not null"),
    (
      ["timezone": "UTC", "tag": ["vip"], "phone_code": ["900"]],
      "timezone = 'UTC' and phone_code = '900' and \(hasVIP)"
    ),
    (["phone": "79001000002"], "phone = '79001000002'"),
    (["email": "USER7@example.com"], "email = 'user7@example.com'"),
    (["email": "user7@example.com", "phone_code": "916"], "email = 'user7@example.com' and phone_code = '916'"),
    (["email": "user7@example.com", "phone": "79161000007"], "phone = '79161000007'"),
    (["q": "name1"], "first_name ilike 'name1%'"),
    (["q": "LAST 1"], "last_name = 'Last_1'"),
    (["q": "example.com user7"], "email = 'user7@example.com'"),
    (["q": "%"], "false"),
    (["q": "+7 916 100-01"], "phone like '791610001%'"),
    (["q": "1000123"], "false"),
    (["q": "79161000123", "tag": ["vip"]], "phone = '79161000123' and \(hasVIP)"),
    (["q": "name3 last_0", "tag": "x"], "first_name = 'Name3' and last_name = 'Last_0' and not \(hasVIP)"),
  ]

  @Test(arguments: filters)
  func filtersSelectWhatTheySay(_ filter: JSON, _ condition: String) async throws {
    try await CustomerFixture.with { fixture async throws in
      try await populate(fixture)
      let expected = try await expected(fixture, condition)
      #expect(try await ids(fixture, filter, limit: 13) == expected)
      #expect(try await ids(fixture, filter, sort: "-id", limit: 1000) == expected.reversed())
      #expect(try await ids(fixture, filter, sort: "-created_at", limit: 17) == expected.reversed())
    }
  }

  /// A page looks at a bounded number of customers: it may be short, but the cursors lead through to the end. With a
  /// text too, where the text is common and another filter leaves few.
  @Test(arguments: [nil, "last"] as [String?]) func aPageThatFindsFewGoesOnAtItsCursor(_ text: String?) async throws {
    try await CustomerFixture.with { fixture async throws in
      try await populate(fixture)
      let store = CustomerListStore(pool: fixture.pool)
      let expected = try await expected(fixture, "timezone = 'UTC' and \(Self.hasVIP)")
      for sort in ["id", "-id"] {
        var query = CustomerQuery()
        query.tags = ["vip"]
        query.timezones = ["UTC"]
        query.text = text
        query.limit = 3
        query.sort = sort
        var found: [Int64] = []
        var pages = 0
        repeat {
          let page = try await store.page(query, scan: 5)
          found += page.customers.map(\.id)
          query.after = page.next
          pages += 1
        } while query.after != nil
        #expect(found == (sort == "id" ? expected : expected.reversed()))
        #expect(pages >= 10)
      }
    }
  }

  /// The index of words finds whom a look at each customer finds; the look is made small, so that it is asked.
  @Test(arguments: filters)
  func theIndexFindsTheSame(_ filter: JSON, _ condition: String) async throws {
    guard case .object(let members) = filter, members["q"] != nil else { return }
    try await CustomerFixture.with { fixture async throws in
      try await populate(fixture)
      let expected = try await expected(fixture, condition)
      for sort in ["id", "-id"] {
        var query = try CustomerQuery.read(
          ["filter": filter, "limit": 3, "sort": .string(sort)], zones: TimeZoneNames.system())
        var found: [Int64] = []
        repeat {
          let page = try await CustomerListStore(pool: fixture.pool).page(query, scan: 1)
          found += page.customers.map(\.id)
          query.after = page.next
        } while query.after != nil
        #expect(found == (sort == "id" ? expected : expected.reversed()))
      }
    }
  }

  @Test func wrongQueriesAreRefused() async throws {
    try await CustomerFixture.with { fixture async throws in
      for bad in [["limit": 0], ["filter": ["colour": "red"]], ["sort": "name"], ["after": "x"]] as [JSON] {
        #expect(try await fixture.refusal(.listCustomers, bad) == .invalid)
      }
    }
  }
}

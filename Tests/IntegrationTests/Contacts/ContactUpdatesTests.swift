import Contracts
import FoundationEssentials
import HTTPServer
import Testing

@testable import Customer

/// GET /updates: the window, the order, the pages.
@Suite struct ContactUpdatesTests {
  /// Seven contacts, the n-th changed n minutes after noon; the last two in the same instant.
  private static func populate(_ desk: ContactDesk) async throws -> [String] {
    var ids: [String] = []
    for number in 0..<7 {
      let id = try await desk.create(ContactDesk.body([:], ["mofo": ["mofo_relevant": .bool(number % 2 == 0)]]))
      let minute = min(number, 5)
      try await desk.fixture.pool.query(
        """
        update customer.customer set updated_at = '2020-01-22T12:00:00Z'::timestamptz + interval '1 minute' * \(Int64(minute))
        where uuid = \(id)::text::uuid
        """)
      ids.append(id)
    }
    return Array(ids.prefix(5)) + ids.suffix(2).sorted()
  }

  private static func ids(_ answer: ContactDesk.Answer) -> [String] {
    answer.json["items"]?.list.compactMap { $0.at("email", "email_id")?.string } ?? []
  }

  @Test func theWindowIncludesItsStartAndNotItsEnd() async throws {
    try await ContactDesk.with { desk in
      let ids = try await Self.populate(desk)
      let rows: [(query: String, expected: [String])] = [
        ("start=2020-01-22T12:00:00Z", ids),
        ("start=2020-01-22T12:01:00Z&end=2020-01-22T12:03:00Z", Array(ids[1...2])),
        ("start=2020-01-22T12:01:00.000001Z&end=2020-01-22T12:03:00.000001Z", Array(ids[2...3])),
        ("start=2020-01-22T14:01:00%2B02:00&end=2020-01-22T12:02:00%2B00:00", [ids[1]]),
        ("start=2020-01-22T12:01:00+00:00&end=2020-01-22T12:02:00+00:00", [ids[1]]),
        ("start=2020-01-22T12:05:00", Array(ids[5...6])),
        ("start=2020-01-22&end=2020-01-23", ids),
        ("start=2020-01-22T12:00:00Z&end=", ids),
        ("start=2020-01-22T12:00:00Z&mofo_relevant=", ids),
        ("start=2030-01-22T12:00:00Z", []),
        ("start=2020-01-22T12:03:00Z&end=2020-01-22T12:01:00Z", []),
        ("start=2020-01-22T12:00:00Z&limit=", ids),
        ("start=2020-01-22T12:00:00Z&limit=0", []),
      ]
      for row in rows {
        let answer = try await desk.get("/updates?\(row.query)")
        #expect(answer.status == 200, "\(row.query): \(answer.text)")
        #expect(Self.ids(answer) == row.expected, "\(row.query)")
        #expect(answer.json["after"] == .null, "\(row.query)")
        #expect(answer.json["next"] == .null, "\(row.query)")
      }
      let all = try await desk.get("/updates?start=2020-01-22T12:00:00Z&end=2020-01-22T13:00:00Z")
      #expect(all.json["start"] == "2020-01-22T12:00:00+00:00")
      #expect(all.json["end"] == "2020-01-22T13:00:00+00:00")
      #expect(all.json["limit"] == 100)
      #expect(all.json.at("items", "0", "status") == nil)
      #expect(all.json.at("items", "0", "amo", "user") == false)
    }
  }

  @Test func pagesFollowOneAnotherToTheEnd() async throws {
    try await ContactDesk.with { desk in
      let ids = try await Self.populate(desk)
      for limit in [1, 2, 3, 6, 7] {
        var met: [String] = []
        var path: String? = "/updates?start=2020-01-22T12:00:00Z&end=2020-01-23T00:00:00Z&limit=\(limit)"
        while let here = path {
          let answer = try await desk.get(here)
          #expect(answer.status == 200)
          met += Self.ids(answer)
          guard let next = answer.json["next"]?.string else {
            #expect(Self.ids(answer).count < limit)
            break
          }
          #expect(Self.ids(answer).count == limit)
          #expect(next.hasPrefix("http://127.0.0.1:"))
          #expect(next.contains("&limit=\(limit)&after="))
          path = next.firstRange(of: "/updates").map { String(next[$0.lowerBound...]) }
        }
        #expect(met == ids, "\(limit)")
      }
    }
  }

  @Test func theFoundationsContactsAreAskedForAlone() async throws {
    try await ContactDesk.with { desk in
      let ids = try await Self.populate(desk)
      let all = "/updates?start=2020-01-22T12:00:00Z"
      let relevant = Self.ids(try await desk.get("\(all)&mofo_relevant=true"))
      let other = Self.ids(try await desk.get("\(all)&mofo_relevant=false"))
      #expect(relevant.count == 4)
      #expect(other.count == 3)
      #expect(Set(relevant + other) == Set(ids))
      let page = try await desk.get("\(all)&mofo_relevant=true&limit=2")
      let next = try #require(page.json["next"]?.string)
      #expect(next.contains("mofo_relevant=true"))
    }
  }

  @Test func everyChangeMovesAContactToTheEnd() async throws {
    try await ContactDesk.with { desk in
      let ids = try await Self.populate(desk)
      let start = "2021-01-01T00:00:00Z"
      _ = try await desk.send("PATCH", "/ctms/\(ids[2])", [:])
      #expect(Self.ids(try await desk.get("/updates?start=\(start)")) == [ids[2]])
      let customers = try await desk.fixture.json(.listCustomers, ["filter": [:]])
      let first = try #require(customers.at("items", "0"))
      _ = try await desk.fixture.call(
        .updateCustomer, ["id": first["id"] ?? .null, "changes": ["last_name": "Doe"]])
      #expect(Self.ids(try await desk.get("/updates?start=\(start)")) == [ids[2], ids[0]])
    }
  }

  @Test func whatIsWrongWithAWindowIsNamed() async throws {
    try await ContactDesk.with { desk in
      let rows: [(query: String, type: String, field: String)] = [
        ("", "missing", "start"),
        ("?start=", "datetime_from_date_parsing", "start"),
        ("?start=yesterday", "datetime_from_date_parsing", "start"),
        ("?start=2020-02-30T00:00:00Z", "datetime_from_date_parsing", "start"),
        ("?start=2020-01-01T00:00:00Z&end=soon", "datetime_from_date_parsing", "end"),
        ("?start=2020-01-01T00:00:00Z&limit=many", "int_parsing", "limit"),
        ("?start=2020-01-01T00:00:00Z&limit=-1", "greater_than_equal", "limit"),
        ("?start=2020-01-01T00:00:00Z&limit=1001", "less_than_equal", "limit"),
        ("?start=2020-01-01T00:00:00Z&after=!!!", "value_error", "after"),
        ("?start=2020-01-01T00:00:00Z&after=YWJj", "value_error", "after"),
        ("?start=2020-01-01T00:00:00Z&mofo_relevant=perhaps", "bool_parsing", "mofo_relevant"),
      ]
      for row in rows {
        let answer = try await desk.get("/updates\(row.query)")
        #expect(answer.status == 422, "\(row.query): \(answer.text)")
        let fault = answer.json.at("detail", "errors", "0")
        #expect(fault?["type"] == .string(row.type), "\(row.query): \(answer.text)")
        #expect(fault?["loc"] == ["query", .string(row.field)], "\(row.query): \(answer.text)")
      }
      let many = try await desk.get("/updates?end=x&limit=y&after=z")
      #expect(many.json.at("detail", "errors")?.list.count == 4)
    }
  }

  @Test func theCursorIsTheContactAndItsInstant() throws {
    let uuid = try #require(UUID(uuidString: "332de237-cab7-4461-bcc3-48e68f42bd5c"))
    for at: Int64 in [0, 1_795_251_600_000_000, 1_795_251_600_123_456] {
      let cursor = ContactCursor(uuid: uuid, updatedAt: at)
      #expect(ContactCursor(cursor.text) == cursor)
      #expect(cursor.text.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") })
    }
    #expect(
      ContactCursor("MzMyZGUyMzctY2FiNy00NDYxLWJjYzMtNDhlNjhmNDJiZDVjLDIwMjEtMDEtMjhUMjE6MjY6NTcrMDA6MDA=")?.updatedAt
        == 1_611_869_217_000_000)
  }
}

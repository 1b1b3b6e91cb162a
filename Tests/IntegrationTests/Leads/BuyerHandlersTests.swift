import Contracts
import Foundation
import Testing

@testable import Sender

/// Buyers as an administrator manages them.
struct BuyerHandlersTests {
  @Test func aBuyersWholeLife() async throws {
    try await LeadBench.with { bench in
      let made = try await bench.buyer("a", customer: 1)
      let id = try #require(made["id"])
      #expect(!String(decoding: made.bytes, as: UTF8.self).contains("right-password"))
      #expect(
        try await bench.refusal(
          .createBuyer, ["name": "a", "stages": ["test": ["url": "http://b"]], "authentication": nil])
          == .conflict)
      let changed = try await bench.ask(
        .updateBuyer, ["id": id, "if_match": "1", "changes": ["name": "b", "timeout_ms": 700]])
      #expect(changed.etag == "2")
      #expect(try JSON.parse(changed.body)["name"] == "b")
      #expect(try await bench.refusal(.updateBuyer, ["id": id, "if_match": "1", "changes": [:]]) == .stale)
      let stored = try await bench.pool.query("select passwords->>'test' from sender.buyer").first?[0, as: String.self]
      #expect(stored == "right-password")
      // A PUT has every field anew, but a password that is left out stays.
      let stages: JSON = ["test": ["url": .string("\(bench.buyers)/buyers/b"), "username": "u"]]
      let replaced = try await bench.ask(.replaceBuyer, ["id": id, "body": ["name": "b", "stages": stages]])
      #expect(try JSON.parse(replaced.body)["timeout_ms"] == 10_000)
      try await bench.behave("b", #"{"password":"right-password"}"#)
      #expect(try await bench.send(LeadBench.lead("l", customer: 77)).outcome == .success)
      let page = try JSON.parse(try await bench.ask(.listBuyers, ["limit": 1]).body)
      #expect(page["next"] == .null)
      _ = try await bench.ask(.deleteBuyer, ["id": id, "if_match": "3"])
      #expect(try await bench.refusal(.readBuyer, ["id": id]) == .notFound)
      let events = try await bench.pool.query("select type from sender.event order by id")
        .map { try $0[0, as: String.self] }
      #expect(
        events == [
          "buyer.created.v1", "buyer.updated.v1", "buyer.updated.v1", "lead.answered.v1", "buyer.deleted.v1",
        ])
    }
  }

  @Test func aStageThatGoesTakesItsPasswordAlong() async throws {
    try await LeadBench.with { bench in
      let production: JSON = ["url": "https://p.example", "username": "u", "password": "production-secret"]
      let made = try await bench.buyer("a", customer: 1)
      let id = try #require(made["id"])
      _ = try await bench.ask(.updateBuyer, ["id": id, "changes": ["stages": ["production": production]]])
      _ = try await bench.ask(.updateBuyer, ["id": id, "changes": ["stages": ["production": nil]]])
      let left = try await bench.pool.query("select passwords::text from sender.buyer").first?[0, as: String.self]
      #expect(left?.contains("production-secret") == false && left?.contains("right-password") == true)
    }
  }

  @Test func aNameBelongsToOneBuyer() async throws {
    try await LeadBench.with { bench in
      try await bench.buyer("a", customer: 1)
      let id = try #require(try await bench.buyer("b", customer: 2)["id"])
      #expect(try await bench.refusal(.updateBuyer, ["id": id, "changes": ["name": "a"]]) == .conflict)
      let page = try JSON.parse(try await bench.ask(.listBuyers, ["limit": 1]).body)
      #expect(page["next"] == "1")
      let rest = try JSON.parse(try await bench.ask(.listBuyers, ["limit": 1, "after": "1"]).body)
      #expect(rest["items"]?.at("/0/name") == "b" && rest["next"] == .null)
    }
  }
}

import Contracts
import Foundation
import Testing

@testable import Customer

/// The optional seed: the three sample contacts as they are known, and two groups beyond the fixed ones.
@Suite struct ContactSampleTests {
  /// As the contract tells them, written down beside this file.
  private static func golden(_ name: String) throws -> JSON {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Samples/\(name).json")
    return try JSON.parse([UInt8](try Data(contentsOf: file)))
  }

  @Test func theThreeSamplesAreThereToTheLastField() async throws {
    try await ContactDesk.with { desk in
      // Loaded twice, they are as they were.
      for _ in 0..<2 { _ = try await ContactSamples(pool: desk.fixture.pool).load() }
      let samples = [
        "minimal": "93db83d4-4119-4e0c-af87-a713786fa81d", "maximal": "67e52c77-950f-4f28-accb-bb3ea1a2c51a",
        "examples": "332de237-cab7-4461-bcc3-48e68f42bd5c",
      ]
      for (name, id) in samples {
        let answer = try await desk.get("/ctms/\(id)").json
        guard case .object(var contact) = answer, case .object(let golden) = try Self.golden(name) else {
          Issue.record("\(name) is no object: \(answer)")
          continue
        }
        // What is defined beside the fixed groups, of which these contacts have nothing.
        for group in ["employee", "acoustic_sync"] { #expect(contact.removeValue(forKey: group) != nil, "\(group)") }
        for part in golden.keys { #expect(contact[part] == golden[part], "\(name): \(part)") }
        #expect(Set(contact.keys) == Set(golden.keys))
      }
      #expect(try await desk.fixture.count("select count(*) from customer.customer") == 3)
    }
  }

  @Test func theyAreFoundAsTheReadMeSays() async throws {
    try await ContactDesk.with { desk in
      _ = try await ContactSamples(pool: desk.fixture.pool).load()
      let rows: [(query: String, id: String)] = [
        ("primary_email=ctms-user@example.com", "93db83d4-4119-4e0c-af87-a713786fa81d"),
        ("basket_token=142e20b6-1ef5-43d8-b5f4-597430e956d7", "93db83d4-4119-4e0c-af87-a713786fa81d"),
        ("sfdc_id=001A000001aABcDEFG", "93db83d4-4119-4e0c-af87-a713786fa81d"),
        ("primary_email=mozilla-fan@example.com", "67e52c77-950f-4f28-accb-bb3ea1a2c51a"),
        ("amo_user_id=123", "67e52c77-950f-4f28-accb-bb3ea1a2c51a"),
        ("mofo_email_id=195207d2-63f2-4c9f-b149-80e9c408477a", "67e52c77-950f-4f28-accb-bb3ea1a2c51a"),
        ("basket_token=d9ba6182-f5dd-4728-a477-2cc11bf62b69", "67e52c77-950f-4f28-accb-bb3ea1a2c51a"),
        ("amo_user_id=98765", "332de237-cab7-4461-bcc3-48e68f42bd5c"),
        ("fxa_primary_email=my-fxa-acct@example.com", "332de237-cab7-4461-bcc3-48e68f42bd5c"),
      ]
      for row in rows {
        let found = try await desk.get("/identities?\(row.query)")
        #expect(found.json.list.map { $0["email_id"] } == [.string(row.id)], "\(row.query)")
      }
      let fan = "67e52c77-950f-4f28-accb-bb3ea1a2c51a"
      #expect(try await desk.get("/contact/email/\(fan)").json["pmt_cust_id"] == "cust_012345")
      let window = "/updates?start=2020-01-22T00:00:00Z&end=2021-12-31T00:00:00Z"
      #expect(try await desk.get(window).json["items"]?.list.count == 3)
      let groups = try await desk.get("/api/contact-groups").json["items"]?.list.map { $0["name"] }
      #expect(groups == ["employee", "acoustic_sync"])
    }
  }
}

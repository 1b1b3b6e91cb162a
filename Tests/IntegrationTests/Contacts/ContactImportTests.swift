import Contracts
import Testing

@testable import Customer

/// Imports beside contacts, of whom no two share an address.
@Suite struct ContactImportTests {
  private func chunk(_ lines: String) -> JSON {
    ["format": "csv", "columns": ["phone", "email", "first_name"], "first_line": 2, "text": .string(lines)]
  }

  /// A customer who is a contact; answers the contact's id.
  private func contact(_ fixture: CustomerFixture, _ phone: String, _ address: String) async throws -> JSON {
    let created = try await fixture.json(.createCustomer, ["phone": .string(phone), "email": .string(address)])
    let id = created["uuid"] ?? .null
    _ = try await fixture.call(.updateContact, ["email_id": id, "changes": [:]])
    return id
  }

  @Test func aLineThatTakesAnotherContactsAddressIsNamed() async throws {
    try await CustomerFixture.with { fixture async throws in
      let first = try await contact(fixture, "79161234501", "one@example.com")
      let second = try await contact(fixture, "79161234502", "two@example.com")
      let report = try await fixture.json(
        .importCustomers,
        chunk(
          """
          79161234501,One@Example.com,Anna
          79161234502,ONE@example.com,Boris
          79161234503,one@example.com,Clara

          """))
      #expect(report["created"] == 1)
      #expect(report["updated"] == 1)
      #expect(report["rejected"] == 1)
      #expect(report.at("errors", "0", "line") == 3)
      #expect(report.at("errors", "0", "field") == "email")
      // A customer who is no contact may share it; a contact keeps its own.
      let one = try await fixture.json(.readContact, ["email_id": first])
      #expect(one.at("email", "first_name") == "Anna")
      #expect(one.at("email", "primary_email") == "One@Example.com")
      let two = try await fixture.json(.readContact, ["email_id": second])
      #expect(two.at("email", "primary_email") == "two@example.com")
      #expect(two.at("email", "first_name") == .null)
    }
  }

  @Test func ofTwoContactsInOneFileTheFirstGetsTheAddress() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await contact(fixture, "79161234501", "one@example.com")
      _ = try await contact(fixture, "79161234502", "two@example.com")
      let report = try await fixture.json(
        .importCustomers, chunk("79161234502,new@example.com,B\n79161234501,NEW@example.com,A\n"))
      #expect(report["updated"] == 1)
      #expect(report["rejected"] == 1)
      #expect(report.at("errors", "0", "line") == 3)
    }
  }

  /// What an import says of an address is at once what the contact says.
  @Test func anImportChangesContactsToo() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try await contact(fixture, "79161234501", "one@example.com")
      _ = try await fixture.json(.importCustomers, chunk("79161234501,other@example.com,Anna\n"))
      let contact = try await fixture.json(.readContact, ["email_id": id])
      #expect(contact.at("email", "primary_email") == "other@example.com")
    }
  }
}

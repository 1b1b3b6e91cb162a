import Contracts
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Customer
@testable import Messaging

/// A person in the customer service: all that is kept is shown, and gone after an erasure; the other services are asked
/// until they have done their parts.
struct CustomerErasureTests {
  private static let traces = ["79161234567", "rosalind@example.com", "Rosalind", "Quince", "hidden-fxa", "quince77"]

  /// A person with everything that the schema can keep; their id.
  private static func person(_ fixture: CustomerFixture) async throws -> Int64 {
    let created = try await fixture.json(
      .createCustomer,
      [
        "phone": "79161234567", "email": "Rosalind@example.com", "first_name": "Rosalind", "last_name": "Quince",
        "tags": ["vip"], "attributes": ["nickname": "Quince"],
      ], key: "create")
    let id = try #require(created["id"])
    let uuid = try #require(created["uuid"])
    _ = try await fixture.call(
      .updateContact,
      [
        "email_id": uuid,
        "changes": [
          "fxa": ["fxa_id": "hidden-fxa", "primary_email": "rosalind@example.com"],
          "amo": ["user_id": "7", "username": "quince77"], "mofo": ["mofo_email_id": "mofo-quince77"],
          "newsletters": [["name": "news"]], "waitlists": [["name": "vpn", "fields": ["geo": "fr"]]],
        ],
      ], key: "patch")
    _ = try await fixture.call(.createApplication, ["slug": "amc", "name": "An application"])
    _ = try await fixture.call(
      .createMapping, ["customer": uuid, "app": "amc", "customer_app_id": "quince77"], key: "map")
    guard case .integer(let number) = id else { return 0 }
    try await account(number, fixture)
    return number
  }

  /// What there is of somebody who logs in, asks for another password, and gets theirs wrong.
  private static func account(_ id: Int64, _ fixture: CustomerFixture) async throws {
    let address = "rosalind@example.com"
    try await fixture.pool.query(
      "insert into customer.account (customer_id, password_hash) values (\(id), 'a-secret-hash')")
    try await fixture.pool.query(
      """
      insert into customer.session (id, customer_id, expires_at)
      values (gen_random_uuid(), \(id), now() + interval '1 day')
      """)
    try await fixture.pool.query(
      """
      insert into customer.password_reset (digest, customer_id, address, expires_at)
      values ('\\x01', \(id), \(address), now() + interval '1 hour')
      """)
    try await fixture.pool.query("insert into customer.reset_mail (address) values (\(address))")
    for word in ["account:customer:", "reset:"] {
      try await fixture.pool.query(
        "insert into customer.login_failure (subject, failures) values (\(word + address), 1)")
    }
  }

  private static func driver(_ fixture: CustomerFixture, _ parts: FakeParts) -> ErasureDriver {
    ErasureDriver(
      pool: fixture.pool, operations: parts, idempotency: IdempotencyStore(schema: "customer"),
      outbox: Outbox(table: "customer.event", service: .customer), bell: Signal(),
      log: Log(service: "customer", instance: "test", level: .error),
      // Nothing is asked again before the test says so.
      backoff: Backoff(base: .seconds(600), cap: .seconds(600)))
  }

  @Test func allThatIsKeptIsShownInOneDocument() async throws {
    let parts = FakeParts(FakeParts.export)
    try await CustomerFixture.with(operations: parts) { fixture in
      let id = try await Self.person(fixture)
      let data = try await fixture.json(.personalData, ["id": .integer(id), "limit": 500, "after": "7.0.0"])
      #expect(data["customer"]?["phone"] == "79161234567")
      #expect(data["customer"]?["last_name"] == "Quince")
      #expect(data["records"]?["customer_tag"]?[0]?["tag"] == "vip")
      #expect(data["records"]?["mapping"]?[0]?["app"] == "amc")
      let text = String(decoding: data.bytes, as: UTF8.self)
      for trace in Self.traces { #expect(text.lowercased().contains(trace.lowercased()), "\(trace)") }
      #expect(data["records"]?["account"]?[0]?["customer_id"] == .integer(id))
      #expect(!text.contains("a-secret-hash") && !text.contains("digest"))
      #expect(data["waiting"]?["single_messages"]?[0] == ["id": 1003])
      #expect(data["leads"] == [["lead_id": "form_1"]])
      #expect(data["messages"] == [["id": 1001]] && data["next"] == "1001.0.0")
      // The others are asked for the same person.
      let question = try #require(parts.asked.first { $0.operation == .messagesOfPerson }?.data)
      #expect(question["after"] == "7.0.0" && question["limit"] == 500)
      #expect(question["person"]?["phones"] == ["79161234567"])
      #expect(question["person"]?["national_phones"] == ["9161234567"])
      #expect(question["person"]?["emails"] == ["rosalind@example.com"])
      // Who read it is noted.
      let noted = try await fixture.count(
        """
        select count(*) from customer.audit
        where operation = 'customer.personal-data.v1' and subject_kind = 'customer' and subject_id = \(String(id))
        """)
      #expect(noted == 1)
    }
  }

  @Test func aPartThatIsMissingIsNotTakenForAnEmptyOne() async throws {
    try await CustomerFixture.with { fixture in
      let id = try await Self.person(fixture)
      #expect(try await fixture.refusal(.personalData, ["id": .integer(id)]) == .unavailable)
      #expect(try await fixture.refusal(.personalData, ["id": 999_999]) == .notFound)
    }
  }

  @Test func anErasureLeavesNoTrace() async throws {
    let parts = FakeParts([.eraseWaiting: FakeParts.done, .eraseLeads: FakeParts.done])
    try await CustomerFixture.with(operations: parts) { fixture in
      let id = try await Self.person(fixture)
      #expect(try await DatabaseScan.find(Self.traces, on: fixture.pool).isEmpty == false)
      let erasure = try await fixture.json(.createErasure, ["customer_id": .integer(id)], key: "erase")
      #expect(erasure["customer_id"] == .integer(id) && erasure["state"] == "running")
      #expect(try await fixture.refusal(.readCustomer, ["id": .integer(id)]) == .notFound)
      #expect(try await fixture.refusal(.personalData, ["id": .integer(id)]) == .notFound)
      // Senders know at once, and the public.
      #expect(
        try await fixture.count(
          "select count(*) from customer.consent_change where customer_id = \(id) and state = 'deleted'") == 1)
      #expect(try await fixture.count("select count(*) from customer.event where type = 'customer.erased.v1'") == 1)

      let driver = Self.driver(fixture, parts)
      #expect(try await driver.carryOut() == 3)
      #expect(!parts.asked.contains { $0.operation == .eraseMessages }, "the others tell statistics first")
      #expect(try await driver.carryOut() == 1)
      // Statistics are down: it is told, and they are asked again.
      let waiting = try await fixture.json(.readErasure, ["id": erasure["id"] ?? .null])
      #expect(waiting["state"] == "running")
      let states = Self.states(waiting)
      #expect(states == ["customer": "done", "mailout-scheduler": "done", "sender": "done", "stats": "pending"])
      #expect(waiting["services"]?[3]?["detail"] == "The stats service is not there.")
      #expect(try await driver.carryOut() == 0)
      parts.answers.withLock { $0[.eraseMessages] = ["erased": ["messages": 5], "left": ["batches": 2]] }
      #expect(try await Self.again(fixture, driver) == 1)
      let nearly = try await fixture.json(.readErasure, ["id": erasure["id"] ?? .null])
      #expect(nearly["state"] == "running")
      #expect(try await fixture.count("select count(*) from customer.event where type = 'erasure.completed.v1'") == 0)
      #expect(nearly["services"]?[3]?["detail"] == "still on its way: 2 batches")
      parts.answers.withLock { $0[.eraseMessages] = ["erased": ["messages": 1], "left": [:]] }
      #expect(try await Self.again(fixture, driver) == 1)
      let completed: SQL = "select count(*) from customer.event where type = 'erasure.completed.v1'"
      #expect(try await fixture.count(completed) == 1)
      let complete = try await fixture.json(.readErasure, ["id": erasure["id"] ?? .null])
      #expect(complete["state"] == "complete" && complete["completed_at"] != .null)
      #expect(complete["services"]?[3]?["erased"] == ["messages": 6])
      #expect(try await DatabaseScan.find(Self.traces, on: fixture.pool) == [])
      // The repetition of what was done has no second effect.
      await #expect(throws: Problem.self) { try await Self.createAgain(fixture) }
      #expect(try await fixture.count("select count(*) from customer.customer") == 0)
    }
  }

  private static func createAgain(_ fixture: CustomerFixture) async throws {
    _ = try await fixture.call(
      .createCustomer,
      [
        "phone": "79161234567", "email": "Rosalind@example.com", "first_name": "Rosalind", "last_name": "Quince",
        "tags": ["vip"], "attributes": ["nickname": "Quince"],
      ], key: "create")
  }

  /// Lets time pass, and the driver look again.
  private static func again(_ fixture: CustomerFixture, _ driver: ErasureDriver) async throws -> Int {
    try await fixture.pool.query("update customer.erasure_part set due_at = now()")
    return try await driver.carryOut()
  }

  private static func states(_ erasure: JSON) -> [String: String] {
    guard case .array(let parts)? = erasure["services"] else { return [:] }
    return Dictionary(
      parts.map { part in
        guard case .string(let service)? = part["service"], case .string(let state)? = part["state"] else {
          return ("", "")
        }
        return (service, state)
      }, uniquingKeysWith: { first, _ in first })
  }

  @Test func askingTwiceIsOneErasure() async throws {
    try await CustomerFixture.with { fixture in
      let id = try await Self.person(fixture)
      let replies = try await withThrowingTaskGroup(of: JSON.self) { group in
        for number in 0..<6 {
          group.addTask { try await fixture.json(.createErasure, ["customer_id": .integer(id)], key: "k\(number)") }
        }
        return try await group.reduce(into: []) { $0.append($1["id"] ?? .null) }
      }
      #expect(Set(replies.map { String(decoding: $0.bytes, as: UTF8.self) }).count == 1)
      #expect(try await fixture.count("select count(*) from customer.event where type = 'customer.erased.v1'") == 1)
      let page = try await fixture.json(
        .listErasures, ["filter": ["customer_id": .string(String(id)), "state": "running"], "limit": 10])
      #expect(page["items"]?[0]?["customer_id"] == .integer(id) && page["next"] == .null)
      #expect(try await fixture.json(.listErasures, ["filter": ["state": "complete"]])["items"] == [])
      #expect(try await fixture.refusal(.listErasures, ["filter": ["state": "half"]]) == .invalid)
    }
  }

  /// While another service has something left, statistics are not asked: it may yet tell them of the person.
  @Test func statisticsAreTheLast() async throws {
    let parts = FakeParts([
      .eraseWaiting: ["erased": [:], "left": ["batches": 1]], .eraseLeads: FakeParts.done,
      .eraseMessages: FakeParts.done,
    ])
    try await CustomerFixture.with(operations: parts) { fixture in
      let id = try await Self.person(fixture)
      let erasure = try await fixture.json(.createErasure, ["customer_id": .integer(id)])
      let driver = Self.driver(fixture, parts)
      #expect(try await driver.carryOut() == 3)
      #expect(try await Self.again(fixture, driver) == 1)
      #expect(!parts.asked.contains { $0.operation == .eraseMessages })
      parts.answers.withLock { $0[.eraseWaiting] = FakeParts.done }
      #expect(try await Self.again(fixture, driver) == 1)
      #expect(try await driver.carryOut() == 1)
      #expect(parts.asked.last?.operation == .eraseMessages)
      #expect(parts.asked.last?.data["erasure_id"] == erasure["id"])
      // Its line in the audit log is the one that statistics wait for: of the same instant.
      guard case .integer(let orderedAt)? = parts.asked.last?.data["ordered_at"] else {
        Issue.record("no instant")
        return
      }
      let lines = try await fixture.count(
        """
        select count(*) from customer.audit where operation = 'erasure.create.v1' and subject_kind = 'erasure'
          and result = 'done' and at >= \(Timestamp.date(microseconds: orderedAt))
        """)
      #expect(lines == 1)
    }
  }

  /// Somebody erased the number of a customer who was being written at that moment.
  @Test func whoComesToBeAfterTheirErasureCanBeErased() async throws {
    let parts = FakeParts([
      .eraseWaiting: FakeParts.done, .eraseLeads: FakeParts.done, .eraseMessages: FakeParts.done,
    ])
    try await CustomerFixture.with(operations: parts) { fixture in
      let driver = Self.driver(fixture, parts)
      let id = try await fixture.count("select nextval('customer.customer_id_seq')")
      let first = try await fixture.json(.createErasure, ["customer_id": .integer(id)])
      while try await driver.carryOut() > 0 {}
      #expect(try await fixture.json(.readErasure, ["id": first["id"] ?? .null])["state"] == "complete")
      // The one who is there now was given the number before.
      try await fixture.pool.query("select setval('customer.customer_id_seq', \(id), false)")
      #expect(try await Self.person(fixture) == id)
      #expect(try await fixture.refusal(.personalData, ["id": .integer(id)]) == .unavailable, "it is not 404")
      let second = try await fixture.json(.createErasure, ["customer_id": .integer(id)])
      #expect(second["id"] == first["id"] && second["state"] == "running")
      #expect(try await fixture.refusal(.readCustomer, ["id": .integer(id)]) == .notFound)
      while try await driver.carryOut() > 0 {}
      #expect(try await fixture.json(.readErasure, ["id": first["id"] ?? .null])["state"] == "complete")
      #expect(parts.asked.last?.data["person"]?["phones"] == ["79161234567"])
      #expect(try await DatabaseScan.find(Self.traces, on: fixture.pool) == [])
    }
  }

  /// Letters beyond ASCII are told apart by case, in the address as in what counts its tries.
  @Test func triesOfAnAddressWithOtherCapitalsAreForgotten() async throws {
    try await CustomerFixture.with { fixture in
      let throttle = LoginThrottle(pool: fixture.pool)
      try await throttle.begin(username: AccountRules.subject("\u{C9}VA@Example.com"), address: nil)
      let person = Person(customerID: 1, emails: [ImportRow.fold("\u{C9}VA@Example.com")])
      #expect(try await fixture.pool.withTransaction { try await PersonStore().erase(person, on: $0) } == 1)
      #expect(try await fixture.count("select count(*) from customer.login_failure") == 0)
    }
  }

  @Test func whoWasDeletedBeforeIsErasedElsewhere() async throws {
    try await CustomerFixture.with { fixture in
      let id = try await Self.person(fixture)
      _ = try await fixture.call(.deleteCustomer, ["id": .integer(id)])
      let erasure = try await fixture.json(.createErasure, ["customer_id": .integer(id)])
      #expect(erasure["customer_id"] == .integer(id))
      #expect(try await fixture.refusal(.createErasure, ["customer_id": .integer(id + 1)]) == .notFound)
      #expect(try await fixture.refusal(.createErasure, ["customer_id": "x"]) == .invalid)
    }
  }
}

extension JSON {
  fileprivate subscript(_ index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}

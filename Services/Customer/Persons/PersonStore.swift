import Contracts
import FoundationEssentials
import PhoneNumbers
import Postgres

/// A person in the customer schema: by what they are found elsewhere, what is kept of them here, and its erasure.
struct PersonStore: Sendable {
  /// The person, and the customer's revision: nil where the customer was deleted before.
  struct Found: Sendable {
    var person: Person
    var revision: Int64?
  }

  /// - Parameter isHeld: against changes, until the transaction ends.
  /// - Returns: nil where there never was such a customer.
  func find(_ id: Int64, isHeld: Bool, on connection: PostgresConnection) async throws -> Found? {
    let lock: SQL = isHeld ? "for update" : ""
    let rows = try await connection.query(
      "select uuid, phone, email, revision from customer.customer where id = \(id) \(fragment: lock)")
    guard let row = rows.first else {
      // Ids ascend: the one of a customer who was deleted has been given.
      let given = try await connection.query(
        "select from customer.customer_id_seq where last_value >= \(id) and is_called")
      return given.isEmpty ? nil : Found(person: Person(customerID: id))
    }
    let (uuid, phone, email, revision) = try row.decode(UUID.self, String?.self, String?.self, Int64.self)
    let others = try await connection.query(
      "select value from customer.contact_identifier where customer_id = \(id) and name like '%email' order by value"
    ).map { try $0[0, as: String.self] }
    let emails = Set(([email].compactMap { $0 } + others).map(ImportRow.fold)).filter { $0.contains("@") }
    let phones = [phone].compactMap { $0 }
    let person = Person(
      customerID: id, uuid: uuid.uuidString.lowercased(), phones: phones, nationalPhones: phones.map(Self.national),
      emails: emails.sorted())
    return Found(person: person, revision: revision)
  }

  /// Without its country's code.
  private static func national(_ phone: String) -> String {
    guard let country = try? PhoneNumber(digits: phone[...].utf8).destination.country else { return phone }
    return String(phone.dropFirst(country.utf8.count))
  }

  /// Everything the schema keeps of them, by table.
  func records(of person: Person, on connection: PostgresConnection) async throws -> [String: JSON] {
    var records: [String: JSON] = [:]
    for table in PersonalTable.all {
      guard let shown = table.shown else { continue }
      let rows = try await connection.query(
        """
        select coalesce(jsonb_agg(\(fragment: shown)), '[]')::text from customer.\(raw: table.name) t
        where \(fragment: table.isTheirs(person))
        """)
      records[table.name] = try rows.first.map { try JSON.parse(Array(try $0[0, as: String.self].utf8)) }
    }
    return records
  }

  /// Deletes all of it. How many rows there were.
  func erase(_ person: Person, on connection: PostgresConnection) async throws -> Int {
    var count = 0
    for table in PersonalTable.all where table.fate == .erased {
      count += try await connection.query(
        "delete from customer.\(raw: table.name) t where \(fragment: table.isTheirs(person))"
      ).affected
    }
    return count
  }
}

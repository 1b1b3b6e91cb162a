public import Contracts
public import Postgres

extension IdempotencyStore {
  /// Rows that are looked at in one statement.
  private static let portion: Int64 = 5_000

  /// Empties the stored answers that speak of a person. Their keys stay, so that a repetition still has no second
  /// effect: it is told that there is no answer any more.
  /// - Parameter isLoose: whether phones are looked for however they are written.
  /// - Returns: how many.
  public func forget(_ person: Person, isLoose: Bool = false, on pool: PostgresPool) async throws -> Int {
    let pattern = PersonPattern(person)
    let speaks = PersonPattern.matches("p.body", isLoose ? pattern.loose : pattern.exact)
    let isThem = PersonPattern.matches("p.body", pattern.own)
    var (principal, key, count) = ("", "", 0)
    while true {
      let rows = try await pool.query(
        """
        with portion as materialized (
          select principal, key, operation, body from \(fragment: table)
          where (principal, key) > (\(principal), \(key)) order by principal, key limit \(Self.portion)),
        emptied as (
          update \(fragment: table) t set body = null, etag = null
          from portion p where t.principal = p.principal and t.key = p.key
            and p.body is not null and p.operation not like 'erasure.%'
            and (\(fragment: speaks) or p.principal = \("customer:\(person.uuid ?? "")") or (p.operation like 'customer.%' and \(fragment: isThem)))
          returning 1)
        select principal, key, (select count(*) from emptied) from portion order by principal desc, key desc limit 1
        """)
      guard let row = rows.first else { return count }
      principal = try row[0, as: String.self]
      key = try row[1, as: String.self]
      count += Int(try row[2, as: Int64.self])
    }
  }
}

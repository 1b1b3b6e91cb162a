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
    // A plain search first, by a `case`, which alone keeps the order: it costs a tenth of the pattern's, and of a day's
    // answers hardly one passes it.
    let isCandidate: SQL =
      isLoose ? "true" : SQL.join(pattern.needles.map { "strpos(p.text, \($0)) > 0" }, separator: " or ")
    var (principal, key, count) = ("", "", 0)
    while true {
      let rows = try await pool.query(
        """
        with portion as materialized (
          select principal, key, operation, lower(encode(body, 'escape') collate "C") as text from \(fragment: table)
          where (principal, key) > (\(principal), \(key)) order by principal, key limit \(Self.portion)),
        emptied as (
          update \(fragment: table) t set body = null, etag = null
          from portion p where t.principal = p.principal and t.key = p.key
            and p.text is not null and p.operation not like 'erasure.%'
            and case
              when p.principal = \("customer:\(person.uuid ?? "")") then true
              when \(fragment: isCandidate) then p.text ~ \(isLoose ? pattern.loose : pattern.exact)
                or p.operation like 'customer.%' and p.text ~ \(pattern.own)
              else false end
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

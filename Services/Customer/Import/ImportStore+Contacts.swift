import Postgres

extension ImportStore {
  /// The keys of the rows that would give a contact another contact's address: no two contacts share one.
  func clashing(_ rows: [ImportRow], on connection: PostgresConnection) async throws -> Set<String> {
    let addressed = rows.filter { $0.phone != nil && $0.email != nil }
    guard !addressed.isEmpty else { return [] }
    let found = try await connection.query(
      """
      select phone from (
        select i.phone, i.email, c.id, row_number() over (partition by i.email order by i.line) as place
        from unnest(\(addressed.map(\.key))::text[], \(addressed.map { ImportRow.fold($0.email?.text ?? "") })::text[],
          \(addressed.map { Int64($0.line) })::bigint[]) as i (phone, email, line)
        join customer.customer c on c.phone = i.phone
        where c.is_contact and lower(c.email collate "C") <> i.email) r
      where place > 1 or exists (
        select from customer.customer x
        where x.is_contact and x.id <> r.id and lower(x.email collate "C") = r.email)
      """)
    return Set(try found.map { try $0[0, as: String.self] })
  }
}

import Contracts
import Postgres

/// The provider that the environment names.
extension ProviderStore {
  /// Takes over what the environment says, where that has changed since it was last taken over: so an operator's changes
  /// of the other settings outlive a restart.
  func takeOver(_ draft: ProviderDraft) async throws {
    try await pool.withTransaction { connection in
      // One sender at a time, also where there is no row to lock yet.
      try await connection.query("select pg_advisory_xact_lock(hashtext('sender.environment'))")
      let rows = try await connection.query(
        """
        select id, base_url, token, environment::text from sender.provider
        where name = \(draft.name) for update
        """)
      let said = Self.text(draft.settings)
      guard let row = rows.first else {
        let provider = try await insert(draft, on: connection)
        try await connection.query(
          "update sender.provider set environment = \(said)::jsonb where id = \(provider.id)")
        return
      }
      let (id, url, token, before) = try row.decode(Int64.self, String.self, String.self, String?.self)
      let earlier = try before.map { try JSON.parse(Array($0.utf8)) }
      let isSame = try earlier == JSON.parse(Array(said.utf8))
      if isSame && url == draft.baseURL && token == draft.token?.value { return }
      guard let present = try await find(id, on: connection, forUpdate: true) else { return }
      var draft = draft
      draft.isEnabled = present.isEnabled
      if isSame { draft.settings = present.settings }
      try await connection.query("update sender.provider set environment = \(said)::jsonb where id = \(id)")
      _ = try await update(id, to: draft, on: connection)
    }
  }
}

import Contracts
import Postgres

/// A table of the schema with rows of persons. `all` is the list of them: what is not in it is neither shown to a person
/// nor erased, and a test holds the schema against it.
struct PersonalTable: Sendable {
  /// What an erasure does with the rows.
  enum Fate: Sendable {
    case erased
    /// They name nobody without the customer, and are needed: that one must not write to them, or that they were erased.
    case kept
  }

  /// Its name in the schema.
  let name: String
  /// The column that says whose row it is.
  let column: String
  let fate: Fate
  /// Columns that nobody is shown: hashes, tokens.
  let secrets: [String]
  /// What a person is shown of a row `t`, as jsonb; nil for what they are not shown.
  let shown: SQL?
  /// Which rows `t` are a person's.
  let isTheirs: @Sendable (Person) -> SQL

  /// Rows by the customer's id.
  /// - Parameters:
  ///   - more: what is shown beside the columns, as jsonb over a row `t`.
  init(
    _ name: String, by column: String = "customer_id", fate: Fate = .erased, secrets: [String] = [], more: SQL? = nil,
    isShown: Bool = true
  ) {
    self.name = name
    self.column = column
    self.fate = fate
    self.secrets = secrets
    let row: SQL = "(to_jsonb(t) - \(secrets)::text[])"
    shown = isShown ? more.map { "\(fragment: row) || \(fragment: $0)" } ?? row : nil
    isTheirs = { "t.\(raw: column) = \($0.customerID)" }
  }

  /// Rows by an e-mail address, in lower case and maybe with a word before it; not shown.
  init(_ name: String, byEmail column: String, prefixes: [String] = [""]) {
    self.name = name
    self.column = column
    fate = .erased
    secrets = []
    shown = nil
    isTheirs = { person in
      "t.\(raw: column) = any(\(prefixes.flatMap { prefix in person.emails.map { prefix + $0 } })::text[])"
    }
  }

  /// Erased in this order: the customer last.
  static let all = [
    PersonalTable(
      "customer_tag", more: "(select jsonb_build_object('tag', g.name) from customer.tag g where g.id = t.tag_id)"),
    PersonalTable("contact_group_value"),
    PersonalTable("contact_identifier"),
    PersonalTable("subscription"),
    PersonalTable(
      "mapping",
      more: "(select jsonb_build_object('app', a.slug) from customer.application a where a.id = t.application_id)"),
    PersonalTable("session"),
    PersonalTable("account", secrets: ["password_hash"]),
    PersonalTable("password_reset", secrets: ["digest"]),
    PersonalTable("reset_mail", byEmail: "address"),
    PersonalTable("login_failure", byEmail: "subject", prefixes: ["account:", "account:customer:", "reset:"]),
    PersonalTable("consent_change", fate: .kept, isShown: false),
    PersonalTable("erasure", fate: .kept, isShown: false),
    PersonalTable("customer", by: "id"),
  ]
}

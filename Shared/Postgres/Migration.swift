/// One step of a schema's history. Never changed once it has run anywhere.
public struct Migration: Sendable {
  /// Unique within its schema, `0001_start` for one; its place in the list is what orders it.
  public let name: String
  /// Statements without transaction control: the migrator runs them in a transaction.
  public let sql: String

  public init(name: String, sql: String) {
    self.name = name
    self.sql = sql
  }
}

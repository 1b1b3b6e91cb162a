import TestSupport

/// The stack's whole database, every schema: what a dump of it would show.
enum Scan {
  /// - Returns: "schema.table.column: text" for each place where one of the texts stands, whatever its case.
  static func find(_ texts: [String]) async throws -> [String] {
    try await Database.ask { try await DatabaseScan.find(texts, on: $0) }
  }
}

import Postgres
import Testing

/// The database error that `body` throws; the test fails where it throws none.
func databaseError<R>(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> R
) async throws -> PostgresError {
  var thrown: PostgresError?
  do { _ = try await body() } catch let error as PostgresError { thrown = error }
  return try #require(thrown, "nothing was thrown", sourceLocation: sourceLocation)
}

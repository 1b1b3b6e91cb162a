import AMQP
import Testing

/// The error that `body` throws; the test fails where it throws none.
func failure<R>(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws(AMQPError) -> R
) async throws -> AMQPError {
  var thrown: AMQPError?
  do throws(AMQPError) { _ = try await body() } catch { thrown = error }
  return try #require(thrown, "nothing was thrown", sourceLocation: sourceLocation)
}

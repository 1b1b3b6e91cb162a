import HTTPClient
import Testing

/// The error of a call that must fail.
func failure(
  of client: HTTPClient, _ request: HTTPClientRequest, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> HTTPClientError {
  do throws(HTTPClientError) {
    let response = try await client.send(request)
    Issue.record("answered with \(response.status)", sourceLocation: sourceLocation)
  } catch {
    return error
  }
  throw UnexpectedSuccess()
}

struct UnexpectedSuccess: Error {}

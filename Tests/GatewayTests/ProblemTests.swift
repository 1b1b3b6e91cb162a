import Contracts
import Testing

@testable import Gateway

@Suite struct ProblemTests {
  @Test(arguments: [
    (Problem.Code.malformed, 400), (.unauthenticated, 401), (.forbidden, 403), (.notFound, 404), (.conflict, 409),
    (.stale, 412), (.invalid, 422), (.throttled, 429), (.internal, 500), (.unavailable, 503),
  ])
  func statuses(_ code: Problem.Code, _ status: Int) {
    let response = Refusal(Problem(code, "because")).response
    #expect(response.status == status)
    #expect(response.headers.contains("Retry-After") == [429, 503].contains(status))
    #expect(response.headers.contains("WWW-Authenticate") == (status == 401))
  }

  @Test func rendering() throws {
    let response = Refusal(Problem.invalid([Problem.Field("/phone", "is required")])).response
    #expect(response.headers["Content-Type"] == "application/problem+json")
    #expect(
      try JSON.parse(response.body.bytes ?? []) == [
        "type": "urn:mailout:problem:invalid", "title": "The request is not valid", "status": 422,
        "detail": "One field is wrong.", "errors": [["pointer": "/phone", "detail": "is required"]],
      ])
  }

  @Test func hidesFaultsOfOurs() {
    struct Secret: Error {}
    let response = Refusal(Secret()).response
    #expect(response.status == 500)
    #expect(!String(decoding: response.body.bytes ?? [], as: UTF8.self).contains("Secret"))
  }
}

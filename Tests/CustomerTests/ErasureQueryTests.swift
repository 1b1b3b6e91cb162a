import Contracts
import Testing

@testable import Customer

/// Which erasures are asked for.
struct ErasureQueryTests {
  @Test func filtersComeAsTextsOrNumbers() throws {
    let query = try ErasureQuery.read(["filter": ["customer_id": "42", "state": "complete"], "limit": 7])
    #expect(query == ErasureQuery(customerID: 42, isComplete: true, limit: 7))
    #expect(try ErasureQuery.read(["filter": ["customer_id": 42, "state": "running"]]).isComplete == false)
    let next = PageCursor(after: 9, sort: "-id").text
    #expect(try ErasureQuery.read(["after": .string(next)]).before == 9)
  }

  @Test func whatIsWrongIsNamed() {
    let wrong: [(JSON, String)] = [
      (["filter": ["customer_id": "x"]], "/filter/customer_id"),
      (["filter": ["customer_id": 0]], "/filter/customer_id"),
      (["filter": ["state": "half"]], "/filter/state"), (["after": "x"], "/after"), (["limit": 0], "/limit"),
      (["colour": 1], "/colour"),
    ]
    for (data, pointer) in wrong {
      let problem = #expect(throws: Problem.self) { try ErasureQuery.read(data) }
      #expect(problem?.errors.map(\.pointer) == [pointer])
    }
  }
}

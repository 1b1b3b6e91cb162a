import Contracts
import Messaging
import Testing

@testable import Customer

/// Which erasures are asked for.
struct ErasureQueryTests {
  @Test func filtersComeAsTextsOrNumbers() throws {
    var page = IDPage(.descending)
    page.limit = 7
    let query = try ErasureQuery.read(["filter": ["customer_id": "42", "state": "complete"], "limit": 7])
    #expect(query == ErasureQuery(customerID: 42, isComplete: true, page: page))
    #expect(try ErasureQuery.read(["filter": ["customer_id": 42, "state": "running"]]).isComplete == false)
    #expect(try ErasureQuery.read(["after": "9"]).page.after == 9)
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

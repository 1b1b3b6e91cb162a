import Contracts
import HTTPServer
import Testing

@testable import Gateway

@Suite struct ListRuleTests {
  private let rule = ListRule(single: ["phone"], several: ["tag"])

  private func data(_ query: String) throws -> JSON {
    try JSON.parse(try rule.data(HTTPRequest(method: .get, target: "/x?\(query)").query))
  }

  @Test func passesFiltersOn() throws {
    #expect(try data("") == ["filter": [:], "limit": 100])
    #expect(
      try data("tag=a&phone=79161234567&tag=b%20c&limit=7&after=xyz&sort=-id") == [
        "filter": ["tag": ["a", "b c"], "phone": "79161234567"], "limit": 7, "after": "xyz", "sort": "-id",
      ])
  }

  @Test(arguments: ["1", "1000"]) func takesLimits(_ limit: String) throws {
    #expect(try data("limit=\(limit)")["limit"] == .integer(Int64(limit) ?? 0))
  }

  @Test(arguments: ["0", "1001", "-1", "x", "1.5", "", "99999999999999999999", "%D9%A1"])
  func refusesLimits(_ limit: String) {
    let problem = #expect(throws: Problem.self) { try data("limit=\(limit)") }
    #expect(problem?.errors.map(\.pointer) == ["/limit"])
  }

  @Test func namesEveryFault() {
    let problem = #expect(throws: Problem.self) { try data("limit=0&phone=1&phone=2&colour=red&tag=") }
    #expect(problem?.code == .invalid)
    #expect(problem?.errors.map(\.pointer).sorted() == ["/colour", "/limit", "/phone", "/tag"])
  }
}

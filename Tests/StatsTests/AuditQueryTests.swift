import Contracts
import Testing

@testable import Stats

struct AuditQueryTests {
  @Test func readsEveryFilter() throws {
    let query = try AuditQuery.read([
      "filter": ["principal": "operator:anna", "operation": "mailout.pause.v1", "subject": "mailout/17"],
      "limit": 5, "after": "1795251600000000.12",
    ])
    #expect(query.principal == "operator:anna")
    #expect(query.subjectKind == "mailout")
    #expect(query.subjectID == "17")
    #expect(query.after == AuditQuery.Cursor(at: 1_795_251_600_000_000, id: 12))
    #expect(try AuditQuery.read(["filter": ["subject": "mailout"]]).subjectID == nil)
    #expect(try AuditQuery.read(["filter": ["subject": "application/a/b"]]).subjectID == "a/b")
  }

  @Test(arguments: ["x", "1", "1.2.3", "-5.1", "9999999999999999999.1", "300000000000000000.1", "1.x"])
  func refusesACursorThatIsNone(text: String) {
    #expect(throws: Problem.self) { try AuditQuery.read(["after": .string(text)]) }
  }

  @Test func namesEveryFault() {
    let problem = #expect(throws: Problem.self) {
      try AuditQuery.read([
        "filter": ["from": "yesterday", "subject": "/17", "colour": "red"], "limit": 0,
      ])
    }
    #expect(
      Set(problem?.errors.map(\.pointer) ?? []) == ["/filter/from", "/filter/subject", "/filter/colour", "/limit"])
  }
}

import Contracts
import Testing

@testable import Gateway

@Suite struct CSVHeaderTests {
  @Test func reads() throws {
    #expect(try CSVHeader.columns(Array("phone".utf8)) == ["phone"])
    #expect(try CSVHeader.columns(Array("phone, first_name ,tags\r".utf8)) == ["phone", "first_name", "tags"])
    #expect(try CSVHeader.columns(Array("\"a,b\",\"c\"\"d\",e".utf8)) == ["a,b", "c\"d", "e"])
  }

  @Test func namesWrongColumns() {
    let problem = #expect(throws: Problem.self) { try CSVHeader.columns(Array("phone,,name,phone".utf8)) }
    #expect(problem?.code == .invalid)
    #expect(problem?.errors.map(\.pointer) == ["/columns/1", "/columns/3"])
  }

  @Test(arguments: ["\"a", "\"a\"b,c"]) func refusesWhatIsNoCSV(_ row: String) {
    let problem = #expect(throws: Problem.self) { try CSVHeader.columns(Array(row.utf8)) }
    #expect(problem?.code == .malformed)
  }
}

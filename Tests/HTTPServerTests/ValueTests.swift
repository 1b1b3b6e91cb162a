import FoundationEssentials
import HTTPServer
import Testing

@Suite struct ValueTests {
  @Test func headersCompareWithoutCaseAndKeepTheirOrder() {
    var headers: HTTPHeaders = ["Accept": "a", "accept": "b"]
    headers.add("X-Other", "c")
    #expect(headers["ACCEPT"] == "a")
    #expect(headers.values("Accept") == ["a", "b"])
    headers["accept"] = "d"
    #expect(headers.map(\.name) == ["X-Other", "accept"])
    headers["x-other"] = nil
    #expect(headers.count == 1)
    #expect(!headers.contains("X-Other"))
    #expect(headers["@ccept"] == nil)
  }

  @Test func queriesAreOrderedAndRepeat() throws {
    let request = try HTTPRequest(method: .get, target: "/?b=1&a=2&b=%2B+&&c=d=e&%C3%A9")
    #expect(request.query.map(\.name) == ["b", "a", "b", "c", "é"])
    #expect(request.query.values("b") == ["1", "+ "])
    #expect(request.query["c"] == "d=e")
    #expect(request.query["é"] == "")
    #expect(request.query["z"] == nil)
  }

  @Test func targetsMayBeAbsolute() throws {
    let request = try HTTPRequest(method: .get, target: "http://example.org/a/b?c=d")
    #expect(request.segments == ["a", "b"])
    #expect(request.path == "/a/b")
    #expect(request.query["c"] == "d")
    #expect(throws: HTTPServerError.self) { try HTTPRequest(method: .get, target: "http://example.org") }
  }

  @Test func dotsWithinNamesAreNoTraversal() throws {
    #expect(try HTTPRequest(method: .get, target: "/a..b/...c/.hidden").segments == ["a..b", "...c", ".hidden"])
  }

  @Test func requestsHaveDistinctNames() throws {
    let names = try (0..<100).map { _ in try HTTPRequest(method: .get, target: "/").id }
    #expect(Set(names).count == 100)
  }

  @Test func bufferedBodiesAreReadAgainAndAgain() async throws {
    let body = HTTPBody([1, 2, 3])
    #expect(try await body.collect(upTo: 3) == [1, 2, 3])
    #expect(try await body.collect(upTo: 3) == [1, 2, 3])
    let error = await #expect(throws: HTTPServerError.self) { try await body.collect(upTo: 2) }
    #expect(error?.code == .bodyTooLarge)
    #expect(body.contentLength == 3)
  }

  @Test func pathParametersReadAsIdentifiers() throws {
    let path = HTTPPath(["id": "332DE237-cab7-4461-bcc3-48e68f42bd5c", "page": "12"])
    #expect(try path.require("id", as: UUID.self).uuidString == "332DE237-CAB7-4461-BCC3-48E68F42BD5C")
    #expect(try path.require("page", as: Int.self) == 12)
    #expect(path["none"] == nil)
    let error = #expect(throws: HTTPRouteError.self) { try path.require("page", as: UUID.self) }
    #expect(error?.code == .invalidParameter)
    #expect(error?.parameter == "page")
  }
}

import Contracts
import HTTPServer
import Messaging
import Testing

@testable import Gateway

@Suite struct HeaderTests {
  @Test func idempotencyKeys() throws {
    #expect(try IdempotencyKey.of(["Idempotency-Key": "abc-1"]) == "abc-1")
    #expect(try IdempotencyKey.of(["idempotency-key": String(repeating: "k", count: 255)]).count == 255)
    #expect(try IdempotencyKey.of([:]) != IdempotencyKey.of([:]))
    for bad in ["", "a b", "é", "a\u{7F}", String(repeating: "k", count: 256)] {
      #expect(throws: Problem.self) { try IdempotencyKey.of(["Idempotency-Key": bad]) }
    }
    let twice = HTTPHeaders([(name: "Idempotency-Key", value: "a"), (name: "Idempotency-Key", value: "b")])
    #expect(throws: Problem.self) { try IdempotencyKey.of(twice) }
  }

  /// No key a client can give is the key of a part.
  @Test func partsOfAKeyAreNoKeysOfClients() {
    #expect(throws: Problem.self) { try IdempotencyKey.of(["Idempotency-Key": IdempotencyKey.part(1, of: "a")]) }
  }

  @Test func requiredVersions() throws {
    #expect(try EntityTag.required([:]) == nil)
    #expect(try EntityTag.required(["If-Match": "*"]) == nil)
    #expect(try EntityTag.required(["If-Match": "\"7\""]) == "7")
    for bad in ["7", "\"\"", "\"1\", \"2\"", "\"a b\"", "\""] {
      let problem = #expect(throws: Problem.self) { try EntityTag.required(["If-Match": bad]) }
      #expect(problem?.code == .invalid)
    }
    let weak = #expect(throws: Problem.self) { try EntityTag.required(["If-Match": "W/\"7\""]) }
    #expect(weak?.code == .stale)
  }

  @Test func knownVersions() {
    #expect(EntityTag.isKnown("7", to: ["If-None-Match": "\"7\""]))
    #expect(EntityTag.isKnown("7", to: ["If-None-Match": "\"6\", W/\"7\""]))
    #expect(EntityTag.isKnown("7", to: ["If-None-Match": "*"]))
    #expect(!EntityTag.isKnown("7", to: ["If-None-Match": "\"77\""]))
    #expect(!EntityTag.isKnown("7", to: [:]))
  }

  @Test func mediaTypes() {
    #expect(MediaType(header: "application/json") == .json)
    #expect(MediaType(header: "Application/JSON; charset=UTF-8") == .json)
    #expect(MediaType(header: "text/csv;header=present;charset=\"utf-8\"") == .csv)
    #expect(MediaType(header: "text/csv; charset=windows-1251") == nil)
    #expect(MediaType(header: "application/xml") == nil)
    #expect(MediaType(header: "") == nil)
    #expect(MediaType(header: nil) == nil)
  }

  @Test func requestIDs() throws {
    func id(_ value: String?) throws -> (String, HTTPRequest) {
      let request = try HTTPRequest(
        method: .get, target: "/", headers: HTTPHeaders(value.map { [(name: "X-Request-Id", value: $0)] } ?? []))
      return (RequestID.of(request), request)
    }
    #expect(try id("a-1_b.2:c").0 == "a-1_b.2:c")
    for value in [nil, "", "a b", "a\"b", "<script>", String(repeating: "x", count: 129)] {
      let (found, request) = try id(value)
      #expect(found == request.id)
    }
  }

  @Test func traceContext() throws {
    let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    let taken = RequestContext(try HTTPRequest(method: .get, target: "/", headers: ["traceparent": good]), route: nil)
    #expect(taken.traceparent == good)
    #expect(taken.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
    for bad in [
      "", "x", "00-0-0-0", good.uppercased(), "00-" + String(repeating: "0", count: 32) + "-00f067aa0ba902b7-01",
    ] {
      let made = RequestContext(try HTTPRequest(method: .get, target: "/", headers: ["traceparent": bad]), route: nil)
      #expect(made.traceparent != bad)
      #expect(made.traceID.count == 32)
    }
  }

  @Test func forms() throws {
    let form = try FormFields(Array("username=anna%40x.org&password=a+b%2Bc%26&scope=&flag".utf8))
    #expect(form["username"] == "anna@x.org")
    #expect(form["password"] == "a b+c&")
    #expect(form["scope"] == nil)
    #expect(form["flag"] == nil)
    for bad in ["a=%", "a=%4", "a=%zz", "a=%ff", "a=1&a=2"] {
      #expect(throws: Problem.self) { try FormFields(Array(bad.utf8)) }
    }
  }
}

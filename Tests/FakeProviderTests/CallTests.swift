import FoundationEssentials
import HTTPServer
import Testing

@testable import FakeProvider

@Suite struct CallTests {
  @Test func aCallIsAcceptedAndRemembered() async throws {
    let caller = Caller()
    let response = try await caller.send(7, phone: 79_160_000_001, text: "Привет")
    #expect(response.status == 200)
    #expect(response.text == #"{"code":0,"message":"OK"}"#)
    let seen = try await caller.get("/fake/calls/7").text
    #expect(seen.contains(#""text":"Привет""#))
    #expect(seen.contains(#""phone":79160000001"#))
    #expect(seen.contains(#""count":1"#))
    #expect(try await caller.get("/fake/calls/8").status == 404)
    #expect(try await caller.get("/fake/calls/x").status == 404)
  }

  @Test func duplicatesAreCountedAmongAllAndAmongTheAccepted() async throws {
    let caller = Caller()
    for id: Int64 in [1, 2, 2, 3, 3, 3] { _ = try await caller.send(id) }
    _ = try await caller.put(#"{"share": {"http_500": 1}}"#)
    for id: Int64 in [3, 4] { #expect(try await caller.send(id).status == 500) }
    let stats = try await caller.stats()
    #expect([stats.calls, stats.unique, stats.duplicates] == [8, 4, 4])
    #expect([stats.accepted, stats.acceptedUnique, stats.acceptedDuplicates] == [6, 3, 3])
    #expect(stats.byAnswer == ["ok": 6, "http_500": 2])
    #expect(stats.inFlight == 0)
  }

  @Test func onlyTheExpectedTokenIsTaken() async throws {
    var caller = Caller(token: "aa.bb.cc")
    #expect(try await caller.send(1).status == 200)
    for wrong in ["Bearer aa.bb.cd", "bearer aa.bb.cc", "aa.bb.cc", "Bearer ", ""] {
      caller.token = wrong
      let response = try await caller.send(1)
      #expect(response.status == 401)
      #expect(response.headers["WWW-Authenticate"] == "Bearer")
    }
    let stats = try await caller.stats()
    #expect(stats.calls == 1)
    #expect(stats.refused == ["unauthorized": 5])
  }

  @Test(arguments: ["Bearer a.b", "Bearer a.b.c.d", "Bearer a..c", "Bearer a.b.c=", "Bearer a b.c", "Basic a.b.c"])
  func withoutOneItMustLookLikeAJWT(_ header: String) async throws {
    var caller = Caller()
    caller.token = header
    #expect(try await caller.send(1).status == 401)
  }

  @Test(arguments: [
    "", "{}", "[]", "null", #"{"id":1}"#, #"{"id":"1","phone":2,"text":"a"}"#, #"{"id":1,"phone":"2","text":"a"}"#,
    #"{"id":1,"phone":2,"text":3}"#, #"{"id":1,"phone":2,"text":"a"} x"#, #"{"id":1,"phone":2,"text":"a""#,
    #"{"id":2,"phone":2,"text":"a"}"#, #"{"id":1.5,"phone":2,"text":"a"}"#,
    #"{"id":1,"phone":9223372036854775808,"text":"a"}"#,
  ]) func anythingElseIs400(_ body: String) async throws {
    let caller = Caller()
    let response = try await caller.post("/v1/send/1", body)
    #expect(response.status == 400)
    #expect(response.text.hasPrefix(#"{"code":400,"message":""#))
    #expect(try await caller.stats().calls == 0)
  }

  @Test func thePathsIdMustBeANumber() async throws {
    let caller = Caller()
    #expect(try await caller.post("/v1/send/x", #"{"id":1,"phone":2,"text":"a"}"#).status == 400)
    #expect(try await caller.post("/v1/send", "").status == 404)
    #expect(try await caller.get("/v1/send/1").status == 404)
  }

  @Test(arguments: [
    #"{"id":1,"phone":79161234567,"text":"Привет, Анна"}"#,
    #" { "text" : "Привет, Анна" , "phone" : 79161234567 , "id" : 1 } "#,
    #"{"id":1,"phone":79161234567,"text":"\u041fривет, Анна","extra":[1,2]}"#,
  ]) func scannerAndDecoderAgree(_ body: String) {
    let expected = SendCall(id: 1, phone: 79_161_234_567, text: Array("Привет, Анна".utf8))
    #expect(SendCall(Array(body.utf8)) == expected)
  }

  @Test func theScannerTakesExactlyTheUsualForm() {
    func scan(_ text: String) -> SendCall? { SendCallScanner.scan(Array(text.utf8)) }
    #expect(scan(#"{"id":-9223372036854775808,"phone":0,"text":""}"#)?.id == .min)
    #expect(scan(#"{"id":9223372036854775807,"phone":0,"text":""}"#)?.id == .max)
    for other in [
      #"{"id":9223372036854775808,"phone":0,"text":""}"#, #"{"id":01,"phone":0,"text":""}"#,
      #"{"id":1,"id":2,"text":""}"#, #"{"id":1,"phone":0,"text":"a\n"}"#, "{\"id\":1,\"phone\":0,\"text\":\"a\nb\"}",
      #"{"id":1,"phone":0,"text":"","more":1}"#, #"{"id":,"phone":0,"text":""}"#, #"{"id":-,"phone":0,"text":""}"#,
    ] { #expect(scan(other) == nil, "\(other)") }
    #expect(SendCallScanner.scan(Array(#"{"id":1,"phone":0,"text":""#.utf8) + [0xFF, 0x22, 0x7D]) == nil)
  }
}

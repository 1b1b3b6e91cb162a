import Testing

@testable import Sender

/// What a log-in answers, as headers of the call that follows.
struct BuyerTokenTests {
  private func headers(_ text: String) -> [String]? {
    BuyerClient.headers(Array(text.utf8))?.map { "\($0.0): \($0.1)" }
  }

  @Test func everyMemberIsAHeader() {
    #expect(
      headers(#"{"Token":"abc","expires_in":3600,"ok":true,"none":null}"#) == [
        "Token: abc", "expires_in: 3600", "ok: true",
      ])
    #expect(headers("{}") == [])
  }

  @Test func theCallsOwnHeadersStay() {
    #expect(headers(#"{"Host":"evil","content-length":"1","Authorization":"Bearer x"}"#) == ["Authorization: Bearer x"])
  }

  @Test(arguments: [
    "", "token", #""token""#, "[1]", #"{"a":{}}"#, #"{"a b":"x"}"#, #"{"":"x"}"#, #"{"a":"x\r\nHost: evil"}"#,
    #"{"a\r\n":"x"}"#, #"{"a":"é"}"#, #"{"é":"a"}"#,
  ])
  func whatIsNoSetOfHeadersIsNone(_ text: String) {
    #expect(headers(text) == nil)
  }
}

import AMQP
import Contracts
import Testing

@testable import Stats

/// What a dead letter carried can be stored whatever it was: Postgres has no NUL in texts nor in JSON.
struct LetterPropertiesTests {
  @Test func noTextHasANUL() {
    let nul = "a\u{0}b"
    let stored = LetterProperties(
      AMQPProperties(
        contentType: nul, contentEncoding: nul, type: nul, messageID: nul, correlationID: nul, appID: nul,
        headers: [nul: .string(nul), "c\u{0}": 7, "c": 8]))
    #expect(
      stored.json == [
        "content_type": "ab", "content_encoding": "ab", "type": "ab", "message_id": "ab", "correlation_id": "ab",
        "app_id": "ab", "headers": ["ab": "ab", "c": 8],
      ])
  }

  /// What is dropped is dropped by the name that it would go back with.
  @Test func aNULHidesNoHeader() {
    let headers: [String: AMQPHeader] = [
      "C\u{0}C": "elsewhere", "\u{0}bcc": "elsewhere", "x-mail\u{0}out-user": "gateway",
      "x-\u{0}death": 1, "own": "kept",
    ]
    #expect(LetterProperties(AMQPProperties(headers: headers)).properties.headers == ["own": "kept"])
  }

  @Test func aUserWithANULIsNobody() {
    #expect(LetterProperties(AMQPProperties(userID: "gate\u{0}way")).user == nil)
    let buried = AMQPProperties(headers: [DeadLetterHeader.user: "gate\u{0}way"])
    #expect(LetterProperties(buried).user == nil)
    #expect(LetterProperties(AMQPProperties(userID: "gateway")).user == "gateway")
  }
}

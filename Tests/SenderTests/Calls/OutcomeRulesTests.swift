import Testing

@testable import Sender

/// Every row of the table of answers.
struct OutcomeRulesTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let answer: CallAnswer
    let verdict: OutcomeRules.Verdict
    var testDescription: String { "\(answer)" }
  }

  static let fits = ProviderBody(code: 0, message: "OK")
  static let refuses = ProviderBody(code: 17, message: "no such number")

  static let rows: [Row] =
    [
      row(200, fits, .sent(duplicate: false)), row(201, fits, .sent(duplicate: false)),
      row(200, refuses, .rejected(reason: "code_17")), row(200, nil, .unknown(reason: "unreadable_answer")),
      row(204, nil, .unknown(reason: "unreadable_answer")),
      row(409, nil, .sent(duplicate: true)), row(409, refuses, .sent(duplicate: true)),
      row(400, nil, .failedAttempt(reason: "http_400")),
      row(400, ProviderBody(code: 1, message: "Invalid Token"), .providerFault(reason: "http_400_token")),
      Row(
        answer: .answered(status: 429, body: nil, retryAfter: .seconds(7)),
        verdict: .throttled(retryAfter: .seconds(7))),
      row(429, nil, .throttled(retryAfter: nil)),
      Row(answer: .notSent(reason: "connect"), verdict: .failedAttempt(reason: "connect")),
      Row(answer: .unknown(reason: "timeout"), verdict: .unknown(reason: "timeout")),
    ] + [400, 406, 410, 422].map { row($0, refuses, .rejected(reason: "http_\($0)")) }
    + [401, 403, 404, 405, 301, 302, 307].map { row($0, nil, .providerFault(reason: "http_\($0)")) }
    + [408, 425, 500, 502, 503, 504, 418].map { row($0, nil, .failedAttempt(reason: "http_\($0)")) }

  static func row(_ status: Int, _ body: ProviderBody?, _ verdict: OutcomeRules.Verdict) -> Row {
    Row(answer: .answered(status: status, body: body, retryAfter: nil), verdict: verdict)
  }

  @Test(arguments: rows) func row(row: Row) {
    #expect(OutcomeRules.verdict(on: row.answer) == row.verdict)
  }
}

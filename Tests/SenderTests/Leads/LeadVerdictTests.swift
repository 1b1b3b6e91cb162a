import Contracts
import Testing

@testable import Sender

/// What each kind of reply means, and what the lead's source is shown of it.
struct LeadVerdictTests {
  private static func result(
    _ status: Int, _ body: String, rules: AnswerRules = AnswerRules(), step: LeadDelivery.Step = .sending,
    unreadableToken: Bool = false
  ) -> LeadResult {
    LeadVerdict.result(
      of: LeadDelivery(
        step: step, request: ["url": "https://b.example/ClientRecords"],
        reply: .answered(status: status, body: Array(body.utf8)), isTokenUnreadable: unreadableToken,
        mask: SecretMask(["top-secret"])),
      by: rules)
  }

  @Test(
    arguments: [
      (200, #"{"Records":[{"Id":7}]}"#, .success), (201, "{}", .created), (202, "", .accepted), (204, "", .success),
      (299, "[]", .success), (200, "It works!", .buyerFailed), (200, #"{"Message":"a duplicate"}"#, .success),
      (400, #"{"Message":"This lead is a Duplicate"}"#, .duplicate), (500, #"{"Message":"duplicate"}"#, .duplicate),
      (400, #"{"Message":"x","Records":[{}]}"#, .invalid), (422, #"{"Records":[{}, {"Id":1}]}"#, .invalid),
      (400, #"{"Message":"x","Records":[]}"#, .refused), (400, "duplicate", .refused), (406, "", .refused),
      (409, "{}", .refused), (422, #"{"Message":7}"#, .refused), (418, "", .refused), (401, "{}", .unauthorized),
      (403, "", .unauthorized), (407, "", .unauthorized), (404, "<html>", .notFound), (405, "", .notFound),
      (410, "", .notFound), (301, "", .buyerFailed), (408, "", .buyerFailed), (429, "", .buyerFailed),
      (500, "", .buyerFailed), (503, #"{"Message":"down"}"#, .buyerFailed),
    ] as [(Int, String, LeadResult.Outcome)])
  func anAnswerMeans(_ status: Int, _ body: String, _ outcome: LeadResult.Outcome) {
    let result = Self.result(status, body)
    #expect(result.outcome == outcome)
    #expect(result.answer["response_details"]?["http_status_code"] == .integer(Int64(status)))
    #expect(result.answer["request_details"]?["url"] == "https://b.example/ClientRecords")
    let isGood = [.success, .created, .accepted].contains(outcome)
    #expect((result.answer["error"] == nil) == isGood)
    #expect((result.answer["error_message"] == nil) == isGood)
  }

  @Test(arguments: [201, 204, 301, 401, 403, 404, 500, 503])
  func aLogInThatIsNotAnswered200IsUnauthorized(_ status: Int) {
    #expect(Self.result(status, "", step: .authentication).outcome == .unauthorized)
  }

  @Test func aTokenThatCannotBeReadIsTheBuyersFault() {
    let result = Self.result(200, "", step: .authentication, unreadableToken: true)
    #expect(result.outcome == .buyerFailed)
    #expect(result.answer["error_message"]?.plainText?.contains("not sent") == true)
  }

  @Test(
    arguments: [
      (LeadDelivery.Step.sending, BuyerReply.unknown(reason: .timeout), "Result unknown", .buyerFailed),
      (.sending, .unknown(reason: .reset), "Result unknown", .buyerFailed),
      (.sending, .notSent(reason: .refused), "Buyer not reached", .buyerFailed),
      (.sending, .notSent(reason: .noAddress), "Buyer not found", .notFound),
      (.authentication, .unknown(reason: .timeout), "Buyer not reached", .buyerFailed),
      (.authentication, .notSent(reason: .noAddress), "Buyer not found", .notFound),
    ] as [(LeadDelivery.Step, BuyerReply, String, LeadResult.Outcome)])
  func noAnswerMeans(_ step: LeadDelivery.Step, _ reply: BuyerReply, _ error: String, _ outcome: LeadResult.Outcome) {
    let result = LeadVerdict.result(
      of: LeadDelivery(step: step, request: [:], reply: reply, mask: SecretMask()), by: AnswerRules())
    #expect(result.outcome == outcome)
    #expect(result.answer["error"] == .string(error))
    #expect(result.answer["response_details"] == [:])
  }

  @Test func theBuyersOwnIDIsTold() {
    #expect(Self.result(200, #"{"Records":[{"Id":7}]}"#).answer["customer_lead_id"] == 7)
    #expect(Self.result(200, #"{"Records":[{"Id":"x-7"}]}"#).answer["customer_lead_id"] == "x-7")
    #expect(Self.result(200, #"{"Records":[{"Id":{}}]}"#).answer["customer_lead_id"] == nil)
    #expect(Self.result(200, #"{"Records":[]}"#).answer["customer_lead_id"] == nil)
    var rules = AnswerRules()
    rules.leadID = "/a~1b/c"
    #expect(Self.result(200, #"{"a/b":{"c":1}}"#, rules: rules).answer["customer_lead_id"] == 1)
    rules.leadID = nil
    #expect(Self.result(200, #"{"Records":[{"Id":7}]}"#, rules: rules).answer["customer_lead_id"] == nil)
  }

  @Test func aDuplicateRuleIsTheBuyersOwn() {
    var rules = AnswerRules()
    rules.duplicate = .init(place: "/errors/0/code", contains: "E17", isForAnyStatus: true)
    #expect(Self.result(200, #"{"errors":[{"code":"e17"}]}"#, rules: rules).outcome == .duplicate)
    #expect(Self.result(400, #"{"Message":"duplicate"}"#, rules: rules).outcome == .refused)
    rules.duplicate = nil
    #expect(Self.result(400, #"{"errors":[{"code":"E17"}]}"#, rules: rules).outcome == .refused)
  }

  @Test func theRawAnswerIsShownWithinBounds() {
    let plain = Self.result(500, "\u{0}broken " + String(repeating: "x", count: 100_000)).answer
    #expect((plain["response_details"]?["body"]?.plainText?.utf8.count ?? 0) <= Outcome.maxAnswer)
    #expect(Self.result(400, "[1]").answer["response_details"]?["body"] == [1])
    #expect(Self.result(400, #"{"http_status_code":1}"#).answer["response_details"]?["http_status_code"] == 400)
    #expect(Self.result(422, #"{"Message":"no area"}"#).answer["error_message"] == "no area")
  }

  @Test(arguments: [(50, LeadResult.Outcome.success), (51, .buyerFailed), (64, .buyerFailed), (100_000, .buyerFailed)])
  func aDeepAnswerIsShownAsText(_ depth: Int, _ outcome: LeadResult.Outcome) throws {
    let body = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    let result = Self.result(200, body)
    #expect(result.outcome == outcome)
    _ = try JSON.parse(result.answer.bytes)
  }

  @Test func secretsAreMaskedWhereverTheBuyerSaysThem() {
    let result = Self.result(422, #"{"Message":"top-secret is wrong","echo":["top-secret"],"n top-secret":1}"#)
    #expect(!String(decoding: result.answer.bytes, as: UTF8.self).contains("top-secret"))
    #expect(result.answer["error_message"] == "*** is wrong")
  }

  @Test func shortSecretsAreMaskedWhereTheyStandAlone() {
    let mask = SecretMask(["ab", ""])
    #expect(mask.mask(["ab", "cab", 7, ["k": "ab"]]) == ["***", "cab", 7, ["k": "***"]])
  }
}

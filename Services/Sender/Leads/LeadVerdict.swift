import Contracts

/// What a buyer's reply means for a lead: one row a kind of reply, and no other place decides it.
///
/// | reply | outcome |
/// | --- | --- |
/// | log-in answered other than 200 | unauthorized |
/// | 201; 202; another 2xx | created; accepted; success |
/// | 2xx with something that is no JSON | buyer failed |
/// | no 2xx, the duplicate rule holds | duplicate |
/// | no 2xx, an empty object where the lead's record should be | invalid |
/// | 401, 403, 407 | unauthorized |
/// | 404, 405, 410; the host has no address | not found |
/// | 408, 429, 3xx, 5xx; no answer | buyer failed |
/// | anything else | refused |
enum LeadVerdict {
  private typealias Ruling = (outcome: LeadResult.Outcome, error: String?, message: String?)

  static func result(of delivery: LeadDelivery, by rules: AnswerRules) -> LeadResult {
    let body = Body(delivery.reply)
    let ruling = ruling(on: delivery, body, rules)
    var answer: [String: JSON] = ["request_details": delivery.request, "response_details": body.details]
    if let place = rules.leadID, delivery.step == .sending, let id = body.json?.at(place), id.plainText != nil {
      answer["customer_lead_id"] = id
    }
    if let error = ruling.error {
      answer["error"] = .string(error)
      answer["error_message"] = .string(ruling.message ?? error)
    }
    return LeadResult(ruling.outcome, delivery.mask.mask(.object(answer)))
  }

  /// A result without a call.
  static func uncalled(_ outcome: LeadResult.Outcome, _ fault: LeadFault) -> LeadResult {
    LeadResult(
      outcome,
      [
        "request_details": [:], "response_details": [:], "error": .string(fault.error),
        "error_message": .string(fault.message),
      ])
  }

  private static func ruling(on delivery: LeadDelivery, _ body: Body, _ rules: AnswerRules) -> Ruling {
    let isLogIn = delivery.step == .authentication
    switch delivery.reply {
    case .notSent(.noAddress): return (.notFound, "Buyer not found", "The buyer's API cannot be found: no address.")
    case .notSent(let reason):
      return (.buyerFailed, "Buyer not reached", "The lead was not sent: \(reason.rawValue).")
    case .unknown(let reason) where isLogIn:
      return (.buyerFailed, "Buyer not reached", "The lead was not sent; the log-in failed: \(reason.rawValue).")
    case .unknown(let reason):
      return (
        .buyerFailed, "Result unknown",
        "Whether the buyer has the lead is not known: \(reason.rawValue). It is not sent again by itself."
      )
    case .answered(let status, _) where isLogIn:
      if delivery.isTokenUnreadable {
        return (.buyerFailed, "Authentication failed", "The buyer's token cannot be read; the lead was not sent.")
      }
      return (.unauthorized, "Authentication failed", "The buyer refused the log-in with HTTP \(status).")
    case .answered(let status, _): return ruling(onStatus: status, body, rules)
    }
  }

  private static func ruling(onStatus status: Int, _ body: Body, _ rules: AnswerRules) -> Ruling {
    let isGood = (200...299).contains(status)
    let said = body.message ?? "The buyer answered with HTTP \(status)."
    if let duplicate = rules.duplicate, !isGood || duplicate.isForAnyStatus, duplicate.holds(body.json) {
      return (.duplicate, "Duplicate lead", said)
    }
    if !isGood, let place = rules.invalid, body.json?.at(place) == .object([:]) {
      return (.invalid, "Invalid lead", said)
    }
    switch status {
    case 200...299 where body.isUnreadable:
      return (.buyerFailed, "Unreadable answer", "The buyer took the call, but its answer is no JSON.")
    case 201: return (.created, nil, nil)
    case 202: return (.accepted, nil, nil)
    case 200...299: return (.success, nil, nil)
    case 401, 403, 407: return (.unauthorized, "Not authorized", said)
    case 404, 405, 410: return (.notFound, "Buyer not found", said)
    case 408, 429, 300...399, 500...: return (.buyerFailed, "Buyer failed", said)
    default: return (.refused, "Lead refused", said)
    }
  }

  /// A reply's body, read as far as it can be.
  private struct Body {
    /// What is shown stands inside of other objects, which readers take no deeper than 64 levels.
    private static let maxDepth = 50

    let json: JSON?
    let details: JSON
    let isUnreadable: Bool

    init(_ reply: BuyerReply) {
      guard case .answered(let status, let bytes) = reply else {
        (json, details, isUnreadable) = (nil, [:], false)
        return
      }
      if let parsed = try? JSON.parse(bytes), !parsed.isDeeper(than: Self.maxDepth) {
        json = parsed
      } else {
        json = JSON?.none
      }
      isUnreadable = json == nil && !bytes.isEmpty
      var members: [String: JSON] = [:]
      switch json {
      case .object(let object)?: members = object
      case let other?: members["body"] = other
      case nil: members["body"] = AnswerText.cut(bytes).map { .string($0) }
      }
      members["http_status_code"] = .integer(Int64(status))
      details = .object(members)
    }

    /// The buyer's own words for a refusal.
    var message: String? {
      ["Message", "message", "error_message", "error", "detail"].lazy
        .compactMap { json?[$0]?.plainText.flatMap { AnswerText.cut(Array($0.utf8)) } }.first
    }
  }
}

extension JSON {
  fileprivate func isDeeper(than depth: Int) -> Bool {
    switch self {
    case .array(let elements): depth == 0 || elements.contains { $0.isDeeper(than: depth - 1) }
    case .object(let members): depth == 0 || members.values.contains { $0.isDeeper(than: depth - 1) }
    default: false
    }
  }
}

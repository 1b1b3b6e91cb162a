/// What a provider's answer means: one row a kind of answer, and no other place decides it.
///
/// | answer | verdict |
/// | --- | --- |
/// | 2xx, body fits, code 0 | sent |
/// | 2xx, body fits, code ≠ 0 | rejected |
/// | 2xx and nonsense | unknown: again under the same id |
/// | 409 | sent (it has this id already) |
/// | 400, 406, 410, 422, body fits | rejected |
/// | 400 that speaks of the token; 401, 403, 404, 405, 3xx | provider fault: our URL or credentials; nothing is burned |
/// | 429 | throttled: obey Retry-After; no attempt counted |
/// | 408, 425, 5xx, any other status; refused, DNS | failed attempt |
/// | no answer after the request left | unknown: again under the same id |
enum OutcomeRules {
  enum Verdict: Equatable, Sendable {
    case sent(duplicate: Bool)
    /// Final: the provider will not take this message.
    case rejected(reason: String)
    /// An attempt that failed; the provider surely does not have the message.
    case failedAttempt(reason: String)
    /// An attempt whose end nobody knows; the same id makes a repetition harmless.
    case unknown(reason: String)
    /// No attempt: come back later.
    case throttled(retryAfter: Duration?)
    /// No attempt: our URL or credentials are wrong, and every call would meet the same.
    case providerFault(reason: String)
  }

  static func verdict(on answer: CallAnswer) -> Verdict {
    switch answer {
    case .notSent(let reason): .failedAttempt(reason: reason)
    case .unknown(let reason): .unknown(reason: reason)
    case .answered(let status, let body, let retryAfter): verdict(status: status, body: body, retryAfter: retryAfter)
    }
  }

  private static func verdict(status: Int, body: ProviderBody?, retryAfter: Duration?) -> Verdict {
    switch (status, body) {
    case (200...299, let body?) where body.code == 0: .sent(duplicate: false)
    case (200...299, let body?): .rejected(reason: "code_\(body.code)")
    case (200...299, nil): .unknown(reason: "unreadable_answer")
    case (409, _): .sent(duplicate: true)
    case (400, let body?) where blamesToken(body): .providerFault(reason: "http_400_token")
    case (400, .some), (406, .some), (410, .some), (422, .some): .rejected(reason: "http_\(status)")
    case (401, _), (403, _), (404, _), (405, _), (300...399, _): .providerFault(reason: "http_\(status)")
    case (429, _): .throttled(retryAfter: retryAfter)
    default: .failedAttempt(reason: "http_\(status)")
    }
  }

  private static func blamesToken(_ body: ProviderBody) -> Bool {
    let message = body.message?.lowercased() ?? ""
    return ["token", "jwt", "bearer", "authoriz", "authentic"].contains { message.contains($0) }
  }
}

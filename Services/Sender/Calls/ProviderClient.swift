import Contracts
import FoundationEssentials
import HTTPClient

/// Speaks the send API: `POST <base>/v1/send/{msgId}` with `{"id", "phone", "text"}`, answered by `{"code", "message"}`.
/// Used on the HTTP client's loop.
final class ProviderClient: ProviderCalling {
  private let http: HTTPClient
  private let prefix: String
  private let headers: [(String, String)]

  init(http: HTTPClient, provider: Provider) {
    self.http = http
    prefix = provider.baseURL + "/v1/send/"
    headers = [("Authorization", "Bearer \(provider.token.value)"), ("Content-Type", "application/json")]
  }

  var underWay: Int { http.inFlight }

  func close() { http.close() }

  func clip() { http.clip() }

  func send(
    _ message: BatchMessage, timeout: Duration, mayLeave: @escaping @Sendable () -> Bool,
    timeLeft: @escaping @Sendable () -> Duration, _ done: @escaping (CallReply?) -> Void
  ) {
    let request = HTTPClientRequest(
      method: .post, url: prefix + String(message.id), headers: headers, body: ProviderWire.body(of: message),
      timeout: timeout, mayLeave: mayLeave, timeLeft: timeLeft)
    // Keeps the client until the answer is there, also when a newer one has taken its place.
    http.start(request) { [http] outcome in
      withExtendedLifetime(http) { done(Self.reply(outcome)) }
    }
  }

  private static func reply(_ outcome: Result<HTTPClientResponse, HTTPClientError>) -> CallReply? {
    switch outcome {
    case .success(let response):
      if response.status == 200, ProviderWire.isPlainSuccess(response.body) {
        return CallReply(answer: .answered(status: 200, body: ProviderWire.success, retryAfter: nil))
      }
      let wait =
        response.status == 429 || response.status == 503
        ? RetryAfter.read(response.headers["retry-after"], now: Timestamp.microseconds(.now)) : nil
      return CallReply(
        answer: .answered(status: response.status, body: ProviderWire.read(response.body), retryAfter: wait),
        text: AnswerText.cut(response.body))
    case .failure(let error):
      if [.withheld, .closed].contains(error.code) && !error.requestMayHaveLeft { return nil }
      let reason = "\(error.code)"
      return CallReply(answer: error.requestMayHaveLeft ? .unknown(reason: reason) : .notSent(reason: reason))
    }
  }
}

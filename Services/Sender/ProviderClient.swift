import Contracts
import HTTPClient

/// Speaks the send API: `POST <base>/v1/send/{msgId}` with `{"id", "phone", "text"}`, answered by `{"code", "message"}`.
struct ProviderClient: Sendable {
  private let http: HTTPClient
  private let prefix: String
  private let headers: [(String, String)]

  init(http: HTTPClient, provider: Provider) {
    self.http = http
    prefix = provider.baseURL + "/v1/send/"
    headers = [("Authorization", "Bearer \(provider.token.value)"), ("Content-Type", "application/json")]
  }

  /// One call; never throws: whatever happens is an answer.
  func send(_ message: BatchMessage, timeout: Duration) async -> CallAnswer {
    let request = HTTPClientRequest(
      method: "POST", url: prefix + String(message.id), headers: headers, body: ProviderWire.body(of: message),
      timeout: timeout)
    do {
      let response = try await http.send(request)
      return .answered(
        status: response.status, body: ProviderWire.read(response.body),
        retryAfter: response.status == 429 || response.status == 503
          ? ProviderWire.retryAfter(response.headers["retry-after"]) : nil)
    } catch {
      let reason = "\(error.code)"
      return error.requestMayHaveLeft ? .unknown(reason: reason) : .notSent(reason: reason)
    }
  }
}

import Contracts
import HTTPClient
import Service

/// Speaks to buyers: the log-in where one asks for it, then the lead, each sent at most once.
struct BuyerClient: Sendable {
  static let maxAnswerBytes = 256 << 10
  /// Headers that are the call's own; a token cannot set them.
  private static let ownHeaders: Set<String> = [
    "content-type", "content-length", "transfer-encoding", "expect", "host", "connection", "accept",
  ]
  private static let maxHeaders = 32

  private let http: HTTPClient
  private let timeout: @Sendable (Buyer) -> Duration

  /// - Parameter timeout: the longest that log-in and call may take together.
  init(
    connectTimeout: Duration = .seconds(5), timeout: @escaping @Sendable (Buyer) -> Duration = { $0.settings.timeout }
  ) {
    self.timeout = timeout
    var configuration = HTTPClientConfiguration(connectTimeout: connectTimeout)
    // Lanes bound the calls; a limit here would only make them wait unseen.
    configuration.maxConnectionsPerHost = BuyerLanes.places
    configuration.maxResponseBytes = Self.maxAnswerBytes
    http = HTTPClient(configuration: configuration)
  }

  /// One delivery, within the buyer's timeout.
  func deliver(_ lead: [String: JSON], to buyer: Buyer, at stage: BuyerStage) async -> LeadDelivery {
    let deadline = ContinuousClock.now + timeout(buyer)
    var mask = SecretMask()
    var headers: [(String, String)] = []
    if let authentication = buyer.settings.authentication {
      let password = buyer.passwords[buyer.settings.stage]?.value ?? ""
      mask.add([password])
      let credentials: JSON = .object([
        authentication.usernameField: .string(stage.username ?? ""), authentication.passwordField: .string(password),
      ])
      let url = stage.url + authentication.path
      let reply = await post(credentials, to: url, [], until: deadline)
      let shown = Self.details(url, [], credentials)
      var failed = LeadDelivery(step: .authentication, request: shown, reply: reply, mask: mask)
      guard case .answered(200, let body) = reply else { return failed }
      guard let token = Self.headers(body) else {
        failed.isTokenUnreadable = true
        // What it answered may be a token nevertheless.
        failed.reply = .answered(status: 200, body: [])
        return failed
      }
      headers = token
      mask.add(token.map(\.1))
    }
    let body = JSON.object(lead)
    let url = stage.url + buyer.settings.sendPath
    let reply = await post(body, to: url, headers, until: deadline)
    return LeadDelivery(step: .sending, request: Self.details(url, headers, body), reply: reply, mask: mask)
  }

  private func post(
    _ body: JSON, to url: String, _ headers: [(String, String)], until deadline: ContinuousClock.Instant
  ) async -> BuyerReply {
    let left = ContinuousClock.now.duration(to: deadline)
    guard left > .milliseconds(1) else { return .notSent(reason: .timeout) }
    let request = HTTPClientRequest(
      method: .post, url: url,
      headers: [("Content-Type", "application/json"), ("Accept", "application/json")] + headers, body: body.bytes,
      timeout: left)
    do {
      let response = try await http.send(request)
      return .answered(status: response.status, body: response.body)
    } catch {
      let reason = Self.reason(error)
      return error.requestMayHaveLeft ? .unknown(reason: reason) : .notSent(reason: reason)
    }
  }

  /// The members of a token as headers; nil where it is no object of single values that can be headers.
  static func headers(_ body: [UInt8]) -> [(String, String)]? {
    guard let json = try? JSON.parse(body), case .object(let members) = json, members.count <= maxHeaders else {
      return nil
    }
    var headers: [(String, String)] = []
    for (name, value) in members.sorted(by: { $0.key < $1.key }) where !ownHeaders.contains(name.lowercased()) {
      if value == .null { continue }
      guard let text = value.plainText, isHeaderName(name), text.utf8.count <= 8000,
        text.utf8.allSatisfy({ (0x20...0x7e).contains($0) })
      else { return nil }
      headers.append((name, text))
    }
    return headers
  }

  private static func isHeaderName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 200
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_".unicodeScalars.contains($0))
      }
  }

  /// The request as a lead's source is shown it: whatever a log-in gave is masked.
  private static func details(_ url: String, _ token: [(String, String)], _ body: JSON) -> JSON {
    var headers: [String: JSON] = ["Content-Type": "application/json", "Accept": "application/json"]
    for (name, _) in token { headers[name] = .string(SecretMask.shown) }
    return ["url": .string(url), "method": "POST", "headers": .object(headers), "json": body]
  }

  private static func reason(_ error: HTTPClientError) -> BuyerReply.Reason {
    switch error.code {
    case .resolve: .noAddress
    case .connect, .tls: .refused
    case .timeout: .timeout
    case .reset: .reset
    case .bodyTooLarge: .tooLarge
    default: .other
    }
  }
}

import Contracts
import FoundationEssentials
import HTTPClient
import Security

/// Talks with the provider: reads its discovery document and its keys, and keeps both for a while; exchanges codes.
actor OpenIDProvider {
  /// How long discovery document and keys are used without asking again.
  static let freshness = Duration.seconds(3600)
  /// How often an unknown key id may make us ask for the keys, so that forged tokens cannot flood the provider.
  static let minimumPause = Duration.seconds(10)
  private static let leeway = Duration.seconds(60)

  let settings: OpenIDSettings
  private let http: HTTPClient
  private let timeout: Duration
  private let now: @Sendable () -> ContinuousClock.Instant
  private var discovered: (discovery: OpenIDDiscovery, at: ContinuousClock.Instant)?
  private var known: (keys: IdentityKeys, at: ContinuousClock.Instant)?

  /// - Parameter timeout: how long one answer of the provider may take.
  init(
    settings: OpenIDSettings, http: HTTPClient, timeout: Duration = .seconds(5),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.settings = settings
    self.http = http
    self.timeout = timeout
    self.now = now
  }

  func discovery() async throws(OpenIDError) -> OpenIDDiscovery {
    if let discovered, now() - discovered.at < Self.freshness { return discovered.discovery }
    let base = settings.issuer.hasSuffix("/") ? String(settings.issuer.dropLast()) : settings.issuer
    let document = try await json(
      HTTPClientRequest(
        method: .get, url: "\(base)/.well-known/openid-configuration", headers: [("Accept", "application/json")],
        timeout: timeout))
    let discovery = try OpenIDDiscovery(document, issuer: settings.issuer)
    discovered = (discovery, now())
    return discovery
  }

  /// What the provider says of who brought the code: the identity token's claims, verified, and where the role is not
  /// among them those of the user-info endpoint.
  func claims(code: String, verifier: String, nonce: String) async throws(OpenIDError) -> JSON {
    let discovery = try await discovery()
    let answer = try await exchange(code, verifier, discovery)
    guard case .string(let token)? = answer["id_token"] else {
      throw OpenIDError(.provider, "its answer has no identity token")
    }
    let claims = try await verified(token, discovery)
    guard claims["nonce"] == .string(nonce) else { throw OpenIDError(.refused, "it was begun elsewhere") }
    if case .array(let audience)? = claims["aud"], audience.count > 1, claims["azp"] != .string(settings.clientID) {
      throw OpenIDError(.refused, "the identity token is for another client")
    }
    guard !settings.roles.isTold(by: claims) || claims[settings.usernameClaim] == nil,
      let endpoint = discovery.userInfoEndpoint, case .string(let access)? = answer["access_token"]
    else { return claims }
    return try await completed(claims, by: endpoint, access)
  }

  private func exchange(
    _ code: String, _ verifier: String, _ discovery: OpenIDDiscovery
  ) async throws(OpenIDError) -> JSON {
    var form = [
      (name: "grant_type", value: "authorization_code"), (name: "code", value: code),
      (name: "redirect_uri", value: settings.redirectURL), (name: "client_id", value: settings.clientID),
      (name: "code_verifier", value: verifier),
    ]
    var headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
    if let secret = settings.clientSecret {
      if discovery.wantsSecretInForm {
        form.append((name: "client_secret", value: secret.value))
      } else {
        let pair = "\(URLText.escape(settings.clientID)):\(URLText.escape(secret.value))"
        headers.append(("Authorization", "Basic \(Data(pair.utf8).base64EncodedString())"))
      }
    }
    return try await json(
      HTTPClientRequest(
        method: .post, url: discovery.tokenEndpoint, headers: headers, body: Array(OpenIDURL.form(form).utf8),
        timeout: timeout), refusal: "the provider does not accept the code")
  }

  private func verified(_ token: String, _ discovery: OpenIDDiscovery) async throws(OpenIDError) -> JSON {
    let rules = TokenRules(issuer: settings.issuer, audience: settings.clientID, leeway: Self.leeway)
    var keys = try await keys(discovery, mayWait: true)
    do {
      do {
        return try JSON.parse(try keys.verify(token, rules: rules))
      } catch let error as SecurityError where error.code == .unknownKey {
        keys = try await self.keys(discovery, mayWait: false)
        return try JSON.parse(try keys.verify(token, rules: rules))
      }
    } catch let error as OpenIDError {
      throw error
    } catch let error as SecurityError {
      throw OpenIDError(.refused, error.message)
    } catch {
      throw OpenIDError(.refused, "the identity token cannot be read")
    }
  }

  /// - Parameter mayWait: whether those from before will do while they are young; else those of a moment ago.
  private func keys(_ discovery: OpenIDDiscovery, mayWait: Bool) async throws(OpenIDError) -> IdentityKeys {
    if let known, now() - known.at < (mayWait ? Self.freshness : Self.minimumPause) { return known.keys }
    let bytes = try await bytes(
      HTTPClientRequest(
        method: .get, url: discovery.keysURL, headers: [("Accept", "application/json")], timeout: timeout))
    do {
      let keys = try IdentityKeys(jwks: bytes)
      known = (keys, now())
      return keys
    } catch {
      throw OpenIDError(.provider, "its keys: \(error.message)")
    }
  }

  /// The user-info endpoint's claims beside the token's, which stand where both have one.
  private func completed(
    _ claims: JSON, by endpoint: String, _ accessToken: String
  ) async throws(OpenIDError) -> JSON {
    let more = try await json(
      HTTPClientRequest(
        method: .get, url: endpoint, headers: [("Authorization", "Bearer \(accessToken)")], timeout: timeout))
    guard more["sub"] == claims["sub"], case .object(let told) = more, case .object(let signed) = claims else {
      throw OpenIDError(.refused, "the provider speaks of two different people")
    }
    return .object(told.merging(signed) { _, signed in signed })
  }

  /// - Parameter refusal: what a 4xx means, where it means something.
  private func json(_ request: HTTPClientRequest, refusal: String? = nil) async throws(OpenIDError) -> JSON {
    let bytes = try await bytes(request, refusal: refusal)
    do {
      return try JSON.parse(bytes)
    } catch {
      throw OpenIDError(.provider, "its answer is no JSON")
    }
  }

  private func bytes(_ request: HTTPClientRequest, refusal: String? = nil) async throws(OpenIDError) -> [UInt8] {
    let response: HTTPClientResponse
    do {
      response = try await http.send(request)
    } catch {
      throw OpenIDError(.provider, "it does not answer")
    }
    if let refusal, (400..<500).contains(response.status) { throw OpenIDError(.refused, refusal) }
    guard response.status == 200 else { throw OpenIDError(.provider, "it answered \(response.status)") }
    return response.body
  }
}

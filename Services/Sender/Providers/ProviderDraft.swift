import Contracts
import Service

/// What an administrator orders of a provider, checked: every fault is named.
struct ProviderDraft: Sendable {
  var name: String
  var baseURL: String
  /// nil where the stored one stays: nobody can read it back to send it again.
  var token: Secret?
  var isEnabled: Bool
  var settings: ProviderSettings

  /// Reads a whole provider.
  /// - Parameter present: the one to be replaced; nil where it is new, and the bearer required.
  /// - Throws: `Problem` with every fault of every field.
  static func read(_ body: JSON, present: Provider? = nil) throws(Problem) -> ProviderDraft {
    var draft = ProviderDraft(name: "", baseURL: "", token: nil, isEnabled: true, settings: ProviderSettings())
    try draft.read(body, required: true, present: present)
    return draft
  }

  /// A stored provider with the fields of a PATCH changed.
  static func changed(_ present: Provider, by changes: JSON) throws(Problem) -> ProviderDraft {
    var draft = ProviderDraft(
      name: present.name, baseURL: present.baseURL, token: nil, isEnabled: present.isEnabled,
      settings: present.settings)
    try draft.read(changes, required: false, present: present)
    return draft
  }

  private mutating func read(_ body: JSON, required: Bool, present: Provider?) throws(Problem) {
    var reader = FieldReader(body)
    for name in ["name", "url", "token", "enabled"] where reader.isNull(name) { reader.fail(name, "must not be null") }
    if let name = reader.string("name", required: required, max: 64) {
      if let fault = EndpointRules.fault(inName: name) { reader.fail("name", fault) }
      self.name = name
    }
    if let url = reader.string("url", required: required, max: 2000) {
      let fault = Self.fault(inURL: url)
      if let fault { reader.fail("url", fault) }
      baseURL = EndpointRules.base(url)
      if fault == nil, let present { checkBearer(of: present, body, &reader) }
    }
    if let token = reader.string("token", required: present == nil, max: 8000) {
      if !token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) {
        reader.fail("token", "must be printable ASCII without spaces")
      }
      self.token = Secret(token)
    }
    if let enabled = reader.bool("enabled") { isEnabled = enabled }
    settings.read(&reader)
    if settings.connectTimeout > settings.timeout {
      reader.fail("connect_timeout_ms", "must not be more than timeout_ms (\(settings.timeout.milliseconds))")
    }
    if settings.retry.cap < settings.retry.base { reader.fail("retry/cap_ms", "must not be less than base_ms") }
    if let present { check(against: present, &reader) }
    try reader.finish()
  }

  /// Who changes the address may never have seen the bearer: it does not follow to another origin by itself.
  private func checkBearer(of present: Provider, _ body: JSON, _ reader: inout FieldReader) {
    guard !present.isEnvironment, body["token"] == nil,
      EndpointRules.origin(baseURL) != EndpointRules.origin(present.baseURL)
    else { return }
    reader.fail("token", EndpointRules.credentialFault)
  }

  /// Queues carry the name, and the environment sets its own provider's address at every start.
  private func check(against present: Provider, _ reader: inout FieldReader) {
    if name != present.name { reader.fail("name", "cannot change; make another provider") }
    guard present.isEnvironment else { return }
    if baseURL != present.baseURL { reader.fail("url", "is the environment's (MAILOUT_PROVIDER_URL)") }
    if token != nil { reader.fail("token", "is the environment's (MAILOUT_PROVIDER_TOKEN)") }
  }

  private static func fault(inURL text: String) -> String? {
    if let fault = EndpointRules.fault(inURL: text) { return fault }
    return text.hasSuffix("/v1") || text.hasSuffix("/v1/") ? "must be the base without /v1" : nil
  }
}

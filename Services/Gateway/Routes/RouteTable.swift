import Service

/// Every route there is.
struct RouteTable: Sendable {
  let routes: [Route]

  init(
    settings: GatewaySettings, keys: KeyRing, readiness: Readiness, followers: MailoutFollowers, metrics: Metrics
  ) {
    let api =
      Self.customers + Self.search + Self.directory + Self.imports(settings) + Self.exports(settings) + Self.contacts
      + Self.contactGroups + Self.mailouts + Self.messages + Self.statistics + Self.providers + Self.access
      + Self.clientTokens + Self.externalLogin + Self.heartbeat(settings.version)
      + [Self.follow(followers, for: settings.longestFollow)]
      + Self.mappings + Self.profiles + Self.accounts + Self.persons + Self.buyers + Self.leads
      + Self.tokens(keys) + Self.probes(readiness) + Self.index
      + [Self.metrics(settings.servesMetrics ? metrics : nil)]
    // The routes of the documents are described in the document that one of them serves.
    let descriptions = APIDescriptions(api: api, documents: Self.documents(nil))
    routes = api + Self.documents(descriptions)
  }
}

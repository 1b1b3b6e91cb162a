import Service

/// Every route there is.
struct RouteTable: Sendable {
  let routes: [Route]

  init(settings: GatewaySettings, keys: KeyRing, readiness: Readiness, followers: MailoutFollowers) {
    let api =
      Self.customers + Self.search + Self.directory + Self.imports(settings) + Self.exports(settings) + Self.mailouts
      + Self.messages + Self.statistics + Self.providers + Self.access + Self.clientTokens + Self.externalLogin
      + [Self.follow(followers)]
      + Self.mappings + Self.buyers + Self.leads + Self.tokens(keys) + Self.probes(readiness) + Self.index
    // The routes of the documents are described in the document that one of them serves.
    let described = api + Self.documents(openAPI: OpenAPIDocument.empty)
    let document = OpenAPIDocument(routes: described, fragments: OpenAPIFragments.all)
    routes = api + Self.documents(openAPI: document.file)
  }
}

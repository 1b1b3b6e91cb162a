import Service

/// Every route there is.
struct RouteTable: Sendable {
  let routes: [Route]

  init(settings: GatewaySettings, keys: KeyRing, readiness: Readiness) {
    routes =
      Self.customers + Self.imports(settings) + Self.mailouts + Self.messages + Self.statistics + Self.providers
      + Self.tokens(keys) + Self.probes(readiness) + Self.index
  }
}

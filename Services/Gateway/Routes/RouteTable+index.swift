import Contracts
import HTTPServer

/// Where everything is.
extension RouteTable {
  static let index: [Route] =
    // The first until there is a page for people; the second as the contact interface had it.
    ["/", "/redoc"].map { pattern in
      Route(.get, pattern, .public) { _ in HTTPResponse(status: 307, headers: ["Location": "/docs"]) }
    } + [Route(.get, "/api", .authenticated) { _ in .json(links.bytes) }]

  /// Each group of routes by the one that lists it, or is its only one.
  private static let links: JSON = [
    "links": [
      "customers": "/api/customers", "import": "/api/customers/import", "export": "/api/customers/export",
      "search": "/api/search", "tags": "/api/tags", "phone_codes": "/api/phone_codes", "timezones": "/api/timezones",
      "erasures": "/api/erasures", "mailouts": "/api/mailouts", "messages": "/api/messages",
      "message_stats": "/api/messages/stats", "receipts": "/api/receipts", "stats": "/api/stats",
      "providers": "/api/providers", "buyers": "/api/buyers", "dead_letters": "/api/dead-letters", "me": "/api/me",
      "api_keys": "/api/api-keys", "clients": "/api/clients", "operators": "/api/operators",
      "applications": "/api/applications", "contact_groups": "/api/contact-groups", "audit": "/api/audit",
      "contacts": "/ctms", "contact_updates": "/updates", "identities": "/identities", "client_token": "/token",
      "profiles": "/customers", "sign_up": "/auth/signup", "log_in": "/auth/login", "reset": "/auth/reset",
      "mapped_customers": "/v1/customers", "mappings": "/v1/mappings", "send": "/send", "ping": "/ping",
      "token": "/auth/token", "external_log_in": "/auth/oidc/login", "keys": "/.well-known/jwks.json",
      "docs": "/docs", "openapi": "/openapi.json", "asyncapi": "/asyncapi.json", "live": "/livez", "ready": "/readyz",
    ]
  ]
}

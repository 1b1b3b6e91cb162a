import Contracts
import Messaging

/// `create-integration` and `remove-integration` as asked for on the command line.
struct IntegrationOrder: Sendable, Equatable {
  let integration: IntegrationUser
  /// Sorted, each once; none where it is to be removed.
  let scopes: [String]

  /// Every scope there is.
  static let known = Role.admin.scopes

  /// - Parameter needsScopes: whether it is to be created.
  /// - Throws: `CustomerError` with every mistake of the arguments.
  init(_ arguments: [String], needsScopes: Bool) throws(CustomerError) {
    var (name, scopes): (String?, [String]?)
    var mistakes: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--name": name = rest.popFirst()
      case "--scopes" where needsScopes: scopes = rest.popFirst()?.split(separator: " ").map(String.init)
      default: mistakes.append("unknown argument \(argument)")
      }
    }
    let integration = name.flatMap { IntegrationUser(name: $0) }
    if integration == nil {
      mistakes.append("--name must be 1 to 40 lower-case letters, digits and dashes, a dash neither first nor last")
    }
    if needsScopes {
      let unknown = (scopes ?? []).filter { !Self.known.contains($0) }
      if scopes?.isEmpty != false { mistakes.append("--scopes must name at least one") }
      if !unknown.isEmpty {
        mistakes.append(
          "--scopes: \(unknown.joined(separator: ", ")) is unknown; known are \(Self.known.joined(separator: ", "))")
      }
    }
    guard let integration, mistakes.isEmpty else {
      throw CustomerError(.usage, mistakes.joined(separator: "; "))
    }
    self.integration = integration
    self.scopes = Set(scopes ?? []).sorted()
  }

  /// Stores it; what it answers is what the broker must be told, as JSON.
  func create(in store: IntegrationStore) async throws -> String {
    try await store.put(integration.name, scopes: scopes)
    return String(decoding: IntegrationRights(integration: integration, scopes: scopes).json.bytes, as: UTF8.self)
  }

  func remove(from store: IntegrationStore) async throws -> String {
    guard try await store.remove(integration.name) else {
      throw CustomerError(.invalid, "there is no integration \(integration.name)")
    }
    return "customer: integration \(integration.name) removed"
  }
}

import Contracts
import FoundationEssentials

/// A customer who has logged in, as the principal of what they ask for: "customer:" and their uuid. They see themselves
/// alone; everybody else with the scope sees all.
struct ProfileOwner: Sendable, Equatable {
  /// How the subject of a customer's token begins: no operator's name may.
  static let namespace = "customer:"
  static let scopes = ["profiles:read", "profiles:write"]

  let uuid: UUID

  init(uuid: UUID) { self.uuid = uuid }

  /// Nil for a principal that is no customer.
  /// - Throws: `Problem` `forbidden` for one that should be, and names nobody.
  init?(principal: String) throws(Problem) {
    guard principal.hasPrefix(Self.namespace) else { return nil }
    guard let uuid = UUID(uuidString: String(principal.dropFirst(Self.namespace.count))) else { throw Self.refused }
    self.uuid = uuid
  }

  var principal: String { "\(Self.namespace)\(uuid.uuidString.lowercased())" }

  /// What a customer hears of every profile but their own, whether it exists or not.
  static let refused = Problem(.forbidden, "A customer's session opens their own profile alone.")
}

import Contracts

/// Which role an operator has by what the provider says of them. Who has none of the values has no role.
struct RoleMapping: Sendable, Equatable {
  /// The claim's name, or, with dots, the way to it: "groups", "realm_access.roles".
  var claim: String
  var values: [Role: Set<String>]

  var isEmpty: Bool { values.values.allSatisfy(\.isEmpty) }

  /// The greatest of the roles that the claim's values stand for; nil for none.
  func role(of claims: JSON) -> Role? {
    let held = Set(held(claims))
    return [Role.admin, .operator, .viewer].first { !(values[$0] ?? []).isDisjoint(with: held) }
  }

  /// Whether the claim is there at all.
  func isTold(by claims: JSON) -> Bool { find(claims) != nil }

  private func held(_ claims: JSON) -> [String] {
    switch find(claims) {
    case .string(let text): [text]
    case .array(let elements): elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
    default: []
    }
  }

  /// A claim of exactly this name first: those of some providers are URLs, with dots in them.
  private func find(_ claims: JSON) -> JSON? {
    if let value = claims[claim] { return value }
    return claim.split(separator: ".").reduce(Optional(claims)) { value, name in value?[String(name)] }
  }
}

import Contracts

/// Where a buyer's API is, in one of its two stages. The password is kept apart.
struct BuyerStage: Sendable, Equatable {
  enum Name: String, Sendable, CaseIterable {
    case test, production
  }

  /// Without a slash at its end.
  var url: String
  /// nil where the buyer wants no authentication.
  var username: String?

  var json: JSON { ["url": .string(url), "username": username.map { .string($0) } ?? .null] }

  /// The stages of an order, merged into those there are; null takes one away.
  /// - Returns: the passwords given.
  static func read(_ reader: inout FieldReader, into stages: inout [Name: BuyerStage]) -> [Name: String] {
    var passwords: [Name: String] = [:]
    for name in Name.allCases {
      if reader.isNull(name.rawValue) { stages[name] = nil }
      var stage = stages[name]
      _ = reader.object(name.rawValue) { reader in
        if let url = reader.string("url", required: stage == nil, max: 2000) {
          if let fault = EndpointRules.fault(inURL: url) { reader.fail("url", fault) }
          stage = BuyerStage(url: EndpointRules.base(url), username: stage?.username)
        }
        if reader.isNull("username") { stage?.username = nil }
        if let username = reader.string("username", max: 500) { stage?.username = username }
        if let password = reader.string("password", max: 2000) { passwords[name] = password }
      }
      stages[name] = stage
    }
    return passwords
  }
}

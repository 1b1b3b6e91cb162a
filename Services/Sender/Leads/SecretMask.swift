import Contracts

/// Takes secrets out of what people are shown.
struct SecretMask: Sendable {
  static let shown = "***"
  /// Shorter ones are masked only where they are the whole value: everything would have them in it.
  private static let shortest = 6

  private var secrets: [String] = []

  init(_ secrets: [String] = []) { add(secrets) }

  mutating func add(_ more: [String]) { secrets += more.filter { !$0.isEmpty } }

  func mask(_ text: String) -> String {
    if secrets.contains(text) { return Self.shown }
    return secrets.filter { $0.utf8.count >= Self.shortest }.reduce(text) { $0.replacing($1, with: Self.shown) }
  }

  /// Every text in it, names of members too.
  func mask(_ json: JSON) -> JSON {
    switch json {
    case .string(let text): .string(mask(text))
    case .array(let elements): .array(elements.map(mask))
    case .object(let members):
      .object(Dictionary(members.map { (mask($0.key), mask($0.value)) }) { first, _ in first })
    case .null, .bool, .integer, .number: json
    }
  }
}

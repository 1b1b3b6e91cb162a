import Contracts

/// Scopes that are given to keys and clients.
enum ScopeRules {
  /// Nobody gives what they do not have: else a key that may only administrate could make itself one that may do more.
  /// - Throws: `Problem` `forbidden` that names the scopes.
  static func checkGift(_ scopes: [String], by giver: Set<String>) throws(Problem) {
    let more = scopes.filter { !giver.contains($0) }
    guard more.isEmpty else {
      throw Problem(.forbidden, "You cannot give scopes that you do not have: \(more.joined(separator: ", ")).")
    }
  }
}

extension FieldReader {
  /// An array of scopes, at least one; each once, sorted.
  mutating func scopes(_ name: String, required: Bool = false) -> [String]? {
    if isNull(name) || (required && !has(name)) {
      _ = value(name, required: true)
      return nil
    }
    guard let texts = strings(name, maxCount: 100, max: 64) else { return nil }
    if texts.isEmpty { fail(name, "must name at least one scope") }
    for (index, text) in texts.enumerated() where !Scope.all.contains(text) {
      fail("\(name)/\(index)", "is not a scope; known are: \(Scope.all.joined(separator: ", "))")
    }
    return Set(texts).sorted()
  }

  /// A field that may be left out but not be null.
  mutating func refuseNull(_ names: String...) {
    for name in names where isNull(name) { fail(name, "must not be null") }
  }
}

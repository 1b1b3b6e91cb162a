/// A statement and its parameters.
///
/// Written as a string whose interpolations are bound, never pasted: `"select name from t where id = \(id)"` sends
/// `$1` and the id. `\(raw:)` pastes trusted text (a table's name), `\(fragment:)` nests another `SQL`.
/// A parameter has the type of its Swift value; a `String` takes the type of the place where it stands.
public struct SQL: ExpressibleByStringInterpolation, Sendable {
  /// The text the server sees, with `$1`, `$2`, …
  public let text: String
  let parts: Interpolation

  public init(stringInterpolation parts: Interpolation) {
    text = parts.text
    self.parts = parts
  }

  public init(stringLiteral text: String) {
    var parts = Interpolation(literalCapacity: 0, interpolationCount: 0)
    parts.appendLiteral(text)
    self.init(stringInterpolation: parts)
  }

  /// Trusted text without parameters.
  public init(raw text: String) {
    self.init(stringLiteral: text)
  }

  /// Fragments one after another, `separator` (trusted text) between them.
  public static func join(_ fragments: [SQL], separator: String) -> SQL {
    var parts = Interpolation(literalCapacity: 0, interpolationCount: 0)
    for (index, fragment) in fragments.enumerated() {
      if index > 0 { parts.appendLiteral(separator) }
      parts.appendInterpolation(fragment: fragment)
    }
    return SQL(stringInterpolation: parts)
  }

  /// How many parameters are bound.
  public var parameterCount: Int { parts.parameters.count }
}

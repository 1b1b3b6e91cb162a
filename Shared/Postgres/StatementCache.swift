/// A statement the server has parsed, or is about to.
final class PreparedStatement {
  let name: String
  let text: String
  let types: [PostgresType]
  var lastUse: UInt64 = 0

  init(name: String, text: String, types: [PostgresType]) {
    self.name = name
    self.text = text
    self.types = types
  }
}

/// The prepared statements of one connection by their text; the least recently used one goes first.
struct StatementCache {
  private let capacity: Int
  private var statements: [String: PreparedStatement] = [:]
  private var clock: UInt64 = 0
  private var created: UInt64 = 0
  /// Names the server should forget when it has a moment.
  private(set) var retired: [String] = []

  init(capacity: Int = 256) { self.capacity = capacity }

  var count: Int { statements.count }

  /// The statement for this text and these parameter types. `isNew`: it has to be prepared first.
  mutating func statement(for sql: SQL) -> (statement: PreparedStatement, isNew: Bool) {
    clock += 1
    let parameters = sql.parts.parameters
    if let known = statements[sql.text] {
      if known.types.elementsEqual(parameters.lazy.map(\.type)) {
        known.lastUse = clock
        return (known, false)
      }
      retire(known)
    }
    if statements.count >= capacity, let oldest = statements.values.min(by: { $0.lastUse < $1.lastUse }) {
      retire(oldest)
    }
    created += 1
    let fresh = PreparedStatement(name: "s\(created)", text: sql.text, types: parameters.map(\.type))
    fresh.lastUse = clock
    statements[sql.text] = fresh
    return (fresh, true)
  }

  /// The server does not have it: preparing failed.
  mutating func forget(_ statement: PreparedStatement) {
    if statements[statement.text] === statement { statements[statement.text] = nil }
  }

  /// It is of no more use; `isGone`: the server has lost it already.
  mutating func drop(text: String, isGone: Bool) {
    guard let statement = statements[text] else { return }
    if isGone { forget(statement) } else { retire(statement) }
  }

  mutating func takeRetired() -> [String] {
    defer { retired = [] }
    return retired
  }

  private mutating func retire(_ statement: PreparedStatement) {
    statements[statement.text] = nil
    retired.append(statement.name)
  }
}

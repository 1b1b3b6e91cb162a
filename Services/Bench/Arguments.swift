/// A command line of the form `command --name value …`.
struct Arguments {
  let command: String
  private var values: [String: String] = [:]

  init(_ words: some Sequence<String>) throws(UsageError) {
    var words = words.makeIterator()
    guard let command = words.next() else { throw UsageError("a command is missing; known: limit") }
    self.command = command
    while let word = words.next() {
      guard word.hasPrefix("--"), let value = words.next() else { throw UsageError("\(word): expected --name value") }
      values[String(word.dropFirst(2))] = value
    }
  }

  func text(_ name: String) throws(UsageError) -> String {
    guard let value = values[name] else { throw UsageError("--\(name) is missing") }
    return value
  }

  /// A positive number.
  func number(_ name: String, default value: Int) throws(UsageError) -> Int {
    guard let text = values[name] else { return value }
    guard let number = Int(text), number > 0 else { throw UsageError("--\(name) \(text): expected a positive number") }
    return number
  }
}

import Contracts

/// A mailout's text: literal parts and placeholders, `{{first_name}}` or `{{first_name|friend}}` with a default. `{{{{`
/// stands for two braces; `}}` needs nothing. What a customer's field holds is put in as it is, and never read again.
struct Template: Sendable, Equatable {
  enum Part: Sendable, Equatable {
    case literal(String)
    case field(name: String, fallback: String?)
  }

  struct Fault: Error, Equatable {
    let detail: String
  }

  /// Different placeholders in one text, which is what one question for customers may ask for.
  static let maxFields = 64
  /// Placeholders in one text, the same one counted each time: what stands for it can be long.
  static let maxPlaceholders = 64

  let parts: [Part]

  /// The names used, each once.
  let fields: [String]

  /// Names used without a default: a customer must be able to have them.
  let required: [String]

  init(_ text: String) throws(Fault) {
    var parts: [Part] = []
    var rest = Substring(text)
    while let open = rest.firstRange(of: "{{") {
      if rest[open.upperBound...].hasPrefix("{{") {
        parts.append(.literal(String(rest[..<open.upperBound])))
        rest = rest[open.upperBound...].dropFirst(2)
        continue
      }
      guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
        throw Fault(detail: "has a {{ without its }}")
      }
      if open.lowerBound > rest.startIndex { parts.append(.literal(String(rest[..<open.lowerBound]))) }
      parts.append(try Self.placeholder(rest[open.upperBound..<close.lowerBound]))
      rest = rest[close.upperBound...]
    }
    if !rest.isEmpty { parts.append(.literal(String(rest))) }
    self.parts = parts
    var fields: [String] = []
    var required: [String] = []
    var placeholders = 0
    for case .field(let name, let fallback) in parts {
      if !fields.contains(name) { fields.append(name) }
      if fallback == nil && !required.contains(name) { required.append(name) }
      placeholders += 1
    }
    guard fields.count <= Self.maxFields else {
      throw Fault(detail: "has more than \(Self.maxFields) different placeholders")
    }
    guard placeholders <= Self.maxPlaceholders else {
      throw Fault(detail: "has \(placeholders) placeholders, at most \(Self.maxPlaceholders) are possible")
    }
    self.fields = fields
    self.required = required
  }

  /// The text for one customer; a field the customer lacks is its default, or nothing.
  func render(_ values: [String: String]?) -> String {
    if parts.count == 1, case .literal(let text)? = parts.first { return text }
    var text = ""
    for part in parts {
      switch part {
      case .literal(let literal): text += literal
      case .field(let name, let fallback):
        let value = values?[name] ?? ""
        text += value.isEmpty ? fallback ?? "" : value
      }
    }
    return text
  }

  /// How many of these customers' texts are no more than so many bytes together; one at least.
  func fitting(_ members: some Sequence<[String: String]?>, within bytes: Int) -> Int {
    var (left, count) = (bytes, 0)
    for values in members {
      left -= size(values)
      if left < 0 && count > 0 { break }
      count += 1
    }
    return count
  }

  /// Bytes of the text for one customer.
  private func size(_ values: [String: String]?) -> Int {
    parts.reduce(0) { size, part in
      switch part {
      case .literal(let literal): return size + literal.utf8.count
      case .field(let name, let fallback):
        let value = values?[name]?.utf8.count ?? 0
        return size + (value > 0 ? value : fallback?.utf8.count ?? 0)
      }
    }
  }

  private static func placeholder(_ inner: Substring) throws(Fault) -> Part {
    let pieces = inner.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    let name = pieces[0].trimmingSpaces
    guard isName(name) else {
      throw Fault(detail: "has the placeholder {{\(inner.prefix(50))}}: a name has letters, digits and underscores")
    }
    return .field(name: String(name), fallback: pieces.count > 1 ? String(pieces[1].trimmingSpaces) : nil)
  }

  private static func isName(_ name: Substring) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 64 else { return false }
    func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F }
    return isLetter(first) && name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
  }
}

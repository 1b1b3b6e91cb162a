/// Header fields in their order; names compare case-insensitively and may repeat.
public struct HTTPHeaders: Sendable, Sequence, ExpressibleByDictionaryLiteral {
  public typealias Field = (name: String, value: String)

  private var fields: [Field]

  public init() { fields = [] }

  public init(_ fields: [Field]) { self.fields = fields }

  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { (name: $0.0, value: $0.1) }
  }

  public var count: Int { fields.count }
  public var isEmpty: Bool { fields.isEmpty }

  /// The first value of `name`. Setting replaces every value of it, or removes them when nil.
  public subscript(_ name: String) -> String? {
    get { fields.first { Self.same($0.name, name) }?.value }
    set {
      fields.removeAll { Self.same($0.name, name) }
      if let newValue { fields.append((name: name, value: newValue)) }
    }
  }

  /// Every value of `name`, in order.
  public func values(_ name: String) -> [String] {
    fields.filter { Self.same($0.name, name) }.map(\.value)
  }

  /// The one value of `name`, nil where there is none; without collecting more than that. Throws where there are several.
  func single<Failure: Error>(_ name: String, orThrow failure: @autoclosure () -> Failure) throws(Failure) -> String? {
    var found: String?
    for field in fields where Self.same(field.name, name) {
      if found != nil { throw failure() }
      found = field.value
    }
    return found
  }

  /// Whether there is a field of that name.
  public func contains(_ name: String) -> Bool {
    fields.contains { Self.same($0.name, name) }
  }

  /// Adds a field, beside those of the same name.
  public mutating func add(_ name: String, _ value: String) {
    fields.append((name: name, value: value))
  }

  public func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }

  private static func same(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    return left.utf8.elementsEqual(right.utf8) { lower($0) == lower($1) }
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }
}

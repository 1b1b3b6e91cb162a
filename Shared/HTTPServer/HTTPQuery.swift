/// The decoded parameters of a target's query, in their order; a name may repeat.
public struct HTTPQuery: Sendable, Sequence {
  public typealias Item = (name: String, value: String)

  private let items: [Item]

  public init(_ items: [Item] = []) { self.items = items }

  public var isEmpty: Bool { items.isEmpty }

  /// The first value of `name`; "" where it stands without a value.
  public subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

  /// Every value of `name`, in order.
  public func values(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

  public func makeIterator() -> IndexingIterator<[Item]> { items.makeIterator() }

  /// Decodes `a=1&b=2`; nil where an escape is broken, a NUL hides in it, or it is no UTF-8.
  init?(decoding bytes: ArraySlice<UInt8>) {
    var items: [Item] = []
    for pair in bytes.split(separator: UInt8(ascii: "&")) {
      let equals = pair.firstIndex(of: UInt8(ascii: "="))
      guard let name = PercentCoding.decode(pair[..<(equals ?? pair.endIndex)], plusIsSpace: true),
        let value = PercentCoding.decode(equals.map { pair[($0 + 1)...] } ?? [], plusIsSpace: true)
      else { return nil }
      items.append((name: name, value: value))
    }
    self.items = items
  }
}

/// What one task collects and another takes in groups: everything that came since the last time, as soon as the taker
/// is free. Belongs to one actor.
public struct Inbox<Element: Sendable> {
  private var elements: [Element] = []
  private var taker: CheckedContinuation<Void, Never>?
  public private(set) var isClosed = false

  public init() {}

  public var isEmpty: Bool { elements.isEmpty }
  public var count: Int { elements.count }

  /// - Parameter wakes: whether a waiting taker is to be woken now.
  public mutating func put(_ element: Element, wakes: Bool = true) {
    elements.append(element)
    if wakes { wake() }
  }

  public mutating func takeAll() -> [Element] {
    defer { elements = [] }
    return elements
  }

  /// No more will come: the taker ends when the inbox is empty.
  public mutating func close() {
    isClosed = true
    wake()
  }

  public mutating func wake() {
    taker?.resume()
    taker = nil
  }

  public mutating func wait(_ continuation: CheckedContinuation<Void, Never>) {
    taker = continuation
  }
}

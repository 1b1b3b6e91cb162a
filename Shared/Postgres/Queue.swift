/// First in, first out, in constant time.
struct Queue<Element> {
  private var items: [Element?] = []
  private var head = 0

  var isEmpty: Bool { head == items.count }
  var count: Int { items.count - head }
  var first: Element? { head < items.count ? items[head] : nil }

  mutating func append(_ element: Element) {
    items.append(element)
  }

  @discardableResult
  mutating func popFirst() -> Element? {
    guard head < items.count else { return nil }
    defer { compact() }
    let element = items[head]
    items[head] = nil
    head += 1
    return element
  }

  mutating func removeAll() -> [Element] {
    defer {
      items = []
      head = 0
    }
    return items[head...].compactMap { $0 }
  }

  private mutating func compact() {
    if head == items.count {
      items.removeAll(keepingCapacity: true)
      head = 0
    } else if head > 32, head * 2 > items.count {
      items.removeFirst(head)
      head = 0
    }
  }
}

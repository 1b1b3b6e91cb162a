/// A sliding window over delivery tags: consecutive numbers from 1, each with a value until it is taken.
struct TagWindow<Value: Sendable>: Sendable {
  private var slots: [Value?] = []
  private var head = 0
  /// The tag of `slots[head]`.
  private var first: UInt64 = 1
  private(set) var count = 0

  /// The tag the next value gets.
  var next: UInt64 { first + UInt64(slots.count - head) }

  /// The lowest tag that still has a value, or the next one.
  var lowest: UInt64 { first }

  @discardableResult
  mutating func append(_ value: Value?) -> UInt64 {
    let tag = next
    slots.append(value)
    if value == nil { slide() } else { count += 1 }
    return tag
  }

  subscript(tag: UInt64) -> Value? {
    get { index(tag).flatMap { slots[$0] } }
    set {
      guard let index = index(tag), slots[index] != nil, let newValue else { return }
      slots[index] = newValue
    }
  }

  /// Takes the value of one tag; nil where it has none (any more).
  mutating func take(_ tag: UInt64) -> Value? {
    guard let index = index(tag), let value = slots[index] else { return nil }
    slots[index] = nil
    count -= 1
    slide()
    return value
  }

  /// Takes every value up to a tag, in order; 0 means all of them, as in the protocol.
  mutating func take(through tag: UInt64) -> [Value] {
    guard tag == 0 || tag >= first else { return [] }
    let end = tag == 0 || tag >= next ? slots.count : head + Int(tag - first) + 1
    let values = slots[head..<end].compactMap { $0 }
    for index in head..<end { slots[index] = nil }
    count -= values.count
    slide()
    return values
  }

  private func index(_ tag: UInt64) -> Int? {
    tag >= first && tag < next ? head + Int(tag - first) : nil
  }

  /// Moves the head past empty slots, and gives their room back now and then.
  private mutating func slide() {
    while head < slots.count, slots[head] == nil {
      head += 1
      first += 1
    }
    if head > 64 && head * 2 > slots.count {
      slots.removeSubrange(..<head)
      head = 0
    }
  }
}

/// Messages on their way to the socket, in order, and the one whose body is half written.
struct Outbox {
  struct Entry {
    /// Ascends from entry to entry.
    let id: UInt64
    let channel: UInt16
    let exchange: String
    let routingKey: String
    let mandatory: Bool
    /// Whether somebody waits for what becomes of it; the rest is worthless after the connection is lost.
    let isAwaited: Bool
    let message: AMQPMessage
  }

  private struct Slot {
    let id: UInt64
    var entry: Entry?
  }

  private var slots: [Slot] = []
  private var head = 0
  private var removed = 0
  private(set) var partial: (entry: Entry, written: Int)?

  /// Whether nothing is waiting, a half-written message aside.
  var isEmpty: Bool { slots.count - head == removed }

  mutating func append(_ entry: Entry) { slots.append(Slot(id: entry.id, entry: entry)) }

  mutating func next() -> Entry? {
    while head < slots.count {
      let entry = slots[head].entry
      slots[head].entry = nil
      head += 1
      if head == slots.count || head > 1024 {
        slots.removeSubrange(..<head)
        head = 0
      }
      if let entry { return entry }
      removed -= 1
    }
    return nil
  }

  /// Drops a message that has not begun to leave, and with it its memory.
  mutating func remove(_ id: UInt64) {
    var (low, high) = (head, slots.count)
    while low < high {
      let middle = (low + high) / 2
      if slots[middle].id < id { low = middle + 1 } else { high = middle }
    }
    guard low < slots.count, slots[low].id == id, slots[low].entry != nil else { return }
    slots[low].entry = nil
    removed += 1
    if removed > 64 && removed * 2 > slots.count - head { compact() }
  }

  /// The method and the header of `entry` are written; its body comes next.
  mutating func begin(_ entry: Entry) {
    if !entry.message.body.isEmpty { partial = (entry, 0) }
  }

  /// So many bytes more of the body are written.
  mutating func advance(by count: Int) {
    guard let (entry, written) = partial else { return }
    partial = written + count < entry.message.body.count ? (entry, written + count) : nil
  }

  /// Gives up the half-written message of a channel that is gone.
  mutating func abandonPartial(on channel: UInt16) {
    if partial?.entry.channel == channel { partial = nil }
  }

  /// The connection is gone: keeps only what somebody waits for.
  mutating func connectionLost() {
    partial = nil
    compact { $0.isAwaited }
  }

  private mutating func compact(keeping keep: (Entry) -> Bool = { _ in true }) {
    slots = slots[head...].filter { $0.entry.map(keep) ?? false }
    head = 0
    removed = 0
  }
}

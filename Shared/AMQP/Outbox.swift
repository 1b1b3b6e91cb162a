/// Messages on their way to the socket, in order, and the one whose body is half written.
struct Outbox {
  struct Entry {
    let id: UInt64
    let channel: UInt16
    let exchange: String
    let routingKey: String
    let mandatory: Bool
    let message: AMQPMessage
  }

  private var entries: [Entry] = []
  private var head = 0
  private(set) var partial: (entry: Entry, written: Int)?

  /// Whether nothing is waiting, partly written messages aside.
  var isEmpty: Bool { head == entries.count }

  mutating func append(_ entry: Entry) { entries.append(entry) }

  mutating func next() -> Entry? {
    guard head < entries.count else { return nil }
    defer {
      head += 1
      if head == entries.count || head > 1024 {
        entries.removeSubrange(..<head)
        head = 0
      }
    }
    return entries[head]
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

  /// Gives up the half-written message: its channel, or the connection, is gone.
  mutating func abandonPartial(on channel: UInt16? = nil) {
    if channel == nil || partial?.entry.channel == channel { partial = nil }
  }

  /// Drops what was to be sent without waiting for an answer: late, it would be worthless.
  mutating func removeAll(where dropped: (Entry) -> Bool) {
    entries.removeSubrange(..<head)
    head = 0
    entries.removeAll(where: dropped)
  }
}

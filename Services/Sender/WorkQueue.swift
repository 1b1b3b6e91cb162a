/// What waits for a call: a lane a mailout, lanes taking turns, so that a small mailout beside a large one is not
/// behind it.
struct WorkQueue<Item> {
  private struct Lane {
    var items: [Item]
    var head = 0
  }

  private var lanes: [Int64: Lane] = [:]
  private var turns: [Int64] = []
  private var turn = 0
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  mutating func push(_ items: [Item], mailoutID: Int64) {
    guard !items.isEmpty else { return }
    count += items.count
    if lanes[mailoutID] == nil {
      lanes[mailoutID] = Lane(items: items)
      turns.append(mailoutID)
    } else {
      lanes[mailoutID]?.items += items
    }
  }

  /// The next item of the mailout whose turn it is.
  mutating func pop() -> Item? {
    guard !turns.isEmpty else { return nil }
    if turn >= turns.count { turn = 0 }
    let mailoutID = turns[turn]
    guard var lane = lanes[mailoutID] else { return nil }
    // Taken out and put back, so that the array is never copied.
    lanes[mailoutID] = nil
    let item = lane.items[lane.head]
    lane.head += 1
    count -= 1
    if lane.head == lane.items.count {
      turns.remove(at: turn)
    } else {
      if lane.head > 1024 {
        lane.items.removeFirst(lane.head)
        lane.head = 0
      }
      lanes[mailoutID] = lane
      turn += 1
    }
    return item
  }

  /// Everything that waits, taken out.
  mutating func removeAll() {
    self = WorkQueue()
  }
}

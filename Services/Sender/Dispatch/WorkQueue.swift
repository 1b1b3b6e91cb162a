/// What waits for a call: a lane a mailout, lanes taking turns, so that a small mailout beside a large one is not
/// behind it.
struct WorkQueue<Item> {
  private struct Lane {
    var items: [Item]
    var head = 0

    var isEmpty: Bool { head == items.count }

    mutating func removeFirst() -> Item {
      let item = items[head]
      head += 1
      if head > 1024 {
        items.removeFirst(head)
        head = 0
      }
      return item
    }
  }

  private var lanes: [Int64: Lane] = [:]
  private var turns: [Int64] = []
  private var turn = 0
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  /// Items of one mailout.
  func count(of mailoutID: Int64) -> Int { lanes[mailoutID].map { $0.items.count - $0.head } ?? 0 }

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

  /// What waits when an item is about to be taken, itself included.
  struct Backlog {
    let ofMailout: Int
    let all: Int
  }

  /// The next item of the mailout whose turn it is; a mailout that is not ready is passed over.
  /// - Parameter isReady: asked of a mailout with its next item, which is taken if so. It must not touch this queue.
  mutating func pop(
    where isReady: (_ mailoutID: Int64, _ next: Item, _ backlog: Backlog) -> Bool = { _, _, _ in true }
  ) -> Item? {
    for _ in 0..<turns.count {
      if turn >= turns.count { turn = 0 }
      let mailoutID = turns[turn]
      // Taken out and put back, so that the array is never copied.
      guard var lane = lanes.removeValue(forKey: mailoutID) else { return nil }
      let backlog = Backlog(ofMailout: lane.items.count - lane.head, all: count)
      guard isReady(mailoutID, lane.items[lane.head], backlog) else {
        lanes[mailoutID] = lane
        turn += 1
        continue
      }
      let item = lane.removeFirst()
      count -= 1
      if lane.isEmpty {
        turns.remove(at: turn)
      } else {
        lanes[mailoutID] = lane
        turn += 1
      }
      return item
    }
    return nil
  }

  /// Takes the foremost items of every mailout for as long as they are such; for what ends by time.
  mutating func removeHeads(where isSuch: (Item) -> Bool) -> [Item] {
    var removed: [Item] = []
    for mailoutID in turns {
      while let lane = lanes[mailoutID], isSuch(lane.items[lane.head]) {
        if let item = lanes[mailoutID]?.removeFirst() { removed.append(item) }
        if lanes[mailoutID]?.isEmpty ?? true { lanes[mailoutID] = nil }
      }
    }
    forgetEmpty(removed.count)
    return removed
  }

  /// Takes out the items of a mailout that are such.
  mutating func remove(of mailoutID: Int64, where isSuch: (Item) -> Bool) -> [Item] {
    guard let lane = lanes.removeValue(forKey: mailoutID) else { return [] }
    var (kept, removed): ([Item], [Item]) = ([], [])
    for item in lane.items[lane.head...] {
      if isSuch(item) { removed.append(item) } else { kept.append(item) }
    }
    if !kept.isEmpty { lanes[mailoutID] = Lane(items: kept) }
    forgetEmpty(removed.count)
    return removed
  }

  /// Everything that waits, taken out.
  @discardableResult
  mutating func removeAll() -> [Item] {
    let all = turns.flatMap { lanes[$0].map { Array($0.items[$0.head...]) } ?? [] }
    self = WorkQueue()
    return all
  }

  private mutating func forgetEmpty(_ removed: Int) {
    count -= removed
    turns.removeAll { lanes[$0] == nil }
    if turn >= turns.count { turn = 0 }
  }
}

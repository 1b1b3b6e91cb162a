import Synchronization

/// Where any thread leaves a settlement for the connection's thread to send: only the first of a batch has to go there.
final class Settlements: Sendable {
  struct Item {
    /// The opening of the channel that the tag belongs to.
    let epoch: UInt64
    let tag: UInt64
    let settlement: AMQPSettlement
  }

  private let items = Mutex<[Item]>([])

  /// Whether the caller is the first since the last `takeAll`, and so has to see to the flush.
  func add(_ item: Item) -> Bool {
    items.withLock { items in
      items.append(item)
      return items.count == 1
    }
  }

  func takeAll() -> [Item] {
    items.withLock { items in
      defer { items = [] }
      return items
    }
  }
}

/// Records by message id, compactly: records in blocks that never move, and a hash table of their numbers.
struct CallTable: Sendable {
  private static let blockSize = 1 << 14

  private var blocks: [ContiguousArray<CallRecord>] = []
  /// Open addressing, a power of two; a record's number plus one, 0 where free.
  private var slots = [UInt32](repeating: 0, count: 1 << 10)
  private(set) var count = 0

  /// The number of a message's record.
  func find(_ id: Int64) -> Int? {
    let slot = slots[slot(of: id)]
    return slot == 0 ? nil : Int(slot) - 1
  }

  subscript(number: Int) -> CallRecord {
    get { blocks[number / Self.blockSize][number % Self.blockSize] }
    _modify { yield &blocks[number / Self.blockSize][number % Self.blockSize] }
  }

  /// Notes a call; the number of its record.
  mutating func note(_ call: SendCall, at now: Int64) -> Int {
    let slot = slot(of: call.id)
    if slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      self[number].calls += 1
      self[number].lastArrival = max(self[number].lastArrival, now)
      self[number].phone = call.phone
      self[number].textHash = call.textHash
      return number
    }
    if count % Self.blockSize == 0 {
      var block = ContiguousArray<CallRecord>()
      block.reserveCapacity(Self.blockSize)
      blocks.append(block)
    }
    blocks[count / Self.blockSize].append(
      CallRecord(id: call.id, phone: call.phone, textHash: call.textHash, firstArrival: now, lastArrival: now))
    count += 1
    slots[slot] = UInt32(count)
    if count * 3 > slots.count * 2 { grow() }
    return count - 1
  }

  /// The slot that an id has or would have.
  private func slot(of id: Int64) -> Int {
    let mask = slots.count - 1
    let hash = UInt64(bitPattern: id) &* 0x9E37_79B9_7F4A_7C15
    var slot = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[slot] != 0, self[Int(slots[slot]) - 1].id != id { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for number in 0..<count { slots[slot(of: self[number].id)] = UInt32(number + 1) }
  }
}

/// Bytes at an address that stays the same until more are needed; used again and again.
struct ByteBuffer: ~Copyable {
  /// What is kept from one use to the next; larger storage is given back.
  private static let kept = 65_536

  private(set) var count = 0
  private var capacity = 1024
  private(set) var start = UnsafeMutablePointer<UInt8>.allocate(capacity: 1024)

  deinit { start.deallocate() }

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
    if count + bytes.count > capacity { move(to: max(2 * capacity, count + bytes.count)) }
    (start + count).update(from: source, count: bytes.count)
    count += bytes.count
  }

  mutating func clear() {
    count = 0
    if capacity > Self.kept { move(to: 1024) }
  }

  private mutating func move(to size: Int) {
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    larger.update(from: start, count: count)
    start.deallocate()
    start = larger
    capacity = size
  }
}

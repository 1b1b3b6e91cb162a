/// The watched descriptors and their handlers. Each watch has a number of its own, so that an event which was already
/// on its way for an ended watch is not taken for one of a new watch on the same descriptor number.
struct WatchTable {
  /// One watch, as epoll carries it.
  struct Source: Equatable {
    let descriptor: Int32
    let number: UInt32
  }

  private struct Watch {
    let number: UInt32
    let handler: (Readiness) -> Void
  }

  private var watches: [Watch?] = []
  private var last: UInt32 = 0

  /// `descriptor` must not be in the table.
  mutating func insert(_ descriptor: Int32, _ handler: @escaping (Readiness) -> Void) -> Source {
    let index = Int(descriptor)
    if index >= watches.count { watches.append(contentsOf: repeatElement(nil, count: index + 1 - watches.count)) }
    last &+= 1
    watches[index] = Watch(number: last, handler: handler)
    return Source(descriptor: descriptor, number: last)
  }

  /// The handler of the watch that has ended; nil where there was none.
  mutating func remove(_ descriptor: Int32) -> ((Readiness) -> Void)? {
    let index = Int(descriptor)
    guard watches.indices.contains(index), let watch = watches[index] else { return nil }
    watches[index] = nil
    return watch.handler
  }

  func source(_ descriptor: Int32) -> Source? {
    let index = Int(descriptor)
    guard watches.indices.contains(index), let watch = watches[index] else { return nil }
    return Source(descriptor: descriptor, number: watch.number)
  }

  func handler(_ source: Source) -> ((Readiness) -> Void)? {
    guard let watch = watches[Int(source.descriptor)], watch.number == source.number else { return nil }
    return watch.handler
  }
}

import Testing

@testable import Sender

struct WorkQueueTests {
  @Test func mailoutsTakeTurns() {
    var queue = WorkQueue<String>()
    queue.push(["a1", "a2", "a3", "a4"], mailoutID: 1)
    queue.push(["b1", "b2"], mailoutID: 2)
    var order: [String] = []
    while let item = queue.pop() { order.append(item) }
    #expect(order == ["a1", "b1", "a2", "b2", "a3", "a4"])
    #expect(queue.isEmpty)
  }

  @Test func aMailoutThatComesLaterIsServedAtOnce() {
    var queue = WorkQueue<Int>()
    queue.push(Array(0..<5000), mailoutID: 1)
    for _ in 0..<2000 { _ = queue.pop() }
    queue.push([-1], mailoutID: 2)
    let next = [queue.pop(), queue.pop()]
    #expect(next.contains(-1))
    #expect(queue.count == 2999)
  }

  @Test func nothingIsLostOrDoubled() {
    var queue = WorkQueue<Int>()
    var expected: Set<Int> = []
    var seen: [Int] = []
    for round in 0..<50 {
      let items = (0..<37).map { round * 100 + $0 }
      expected.formUnion(items)
      queue.push(items, mailoutID: Int64(round % 7))
      for _ in 0..<23 { if let item = queue.pop() { seen.append(item) } }
    }
    while let item = queue.pop() { seen.append(item) }
    #expect(Set(seen) == expected)
    #expect(seen.count == expected.count)
  }
}

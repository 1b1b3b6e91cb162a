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

  @Test func aMailoutThatIsNotReadyIsPassedOver() {
    var queue = WorkQueue<String>()
    queue.push(["a1", "a2"], mailoutID: 1)
    queue.push(["b1", "b2"], mailoutID: 2)
    var order: [String] = []
    while let item = queue.pop(where: { mailoutID, _, _ in mailoutID == 2 }) { order.append(item) }
    #expect(order == ["b1", "b2"])
    #expect(queue.count == 2)
    let next = queue.pop()
    #expect(next == "a1")
  }

  @Test func itemsAreTakenOutByTheirMailout() {
    var queue = WorkQueue<Int>()
    queue.push(Array(0..<10), mailoutID: 1)
    queue.push(Array(10..<20), mailoutID: 2)
    _ = queue.pop()
    let even = queue.remove(of: 1) { $0 % 2 == 0 }
    #expect(even == [2, 4, 6, 8])
    #expect(queue.count == 15)
    #expect(queue.count(of: 1) == 5)
    let rest = queue.remove(of: 1) { _ in true }
    #expect(rest == [1, 3, 5, 7, 9])
    let all = queue.removeAll()
    #expect(all == Array(10..<20))
    #expect(queue.isEmpty)
  }

  @Test func headsAreTakenAsLongAsTheyAreSuch() {
    var queue = WorkQueue<Int>()
    queue.push([1, 2, 30, 4], mailoutID: 1)
    queue.push([5, 6], mailoutID: 2)
    let heads = queue.removeHeads { $0 < 10 }
    #expect(heads == [1, 2, 5, 6])
    #expect(queue.count == 2)
    let rest = [queue.pop(), queue.pop()]
    #expect(rest == [30, 4])
  }
}

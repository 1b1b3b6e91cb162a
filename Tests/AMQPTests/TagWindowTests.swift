import Testing

@testable import AMQP

struct TagWindowTests {
  @Test func numbersFromOne() {
    var window = TagWindow<String>()
    #expect(window.append("a") == 1)
    #expect(window.append("b") == 2)
    #expect(window[1] == "a")
    #expect(window[0] == nil)
    #expect(window[3] == nil)
    #expect(window.next == 3)
  }

  @Test func takesOnce() {
    var window = TagWindow<String>()
    for value in ["a", "b", "c"] { window.append(value) }
    #expect(window.take(2) == "b")
    #expect(window.take(2) == nil)
    #expect(window.count == 2)
    #expect(window.lowest == 1)
    #expect(window.take(1) == "a")
    #expect(window.lowest == 3)
  }

  @Test func takesUpToATag() {
    var window = TagWindow<Int>()
    for value in 1...10 { window.append(value) }
    _ = window.take(4)
    #expect(window.take(through: 6) == [1, 2, 3, 5, 6])
    #expect(window.take(through: 6) == [])
    #expect(window.take(through: .max) == [7, 8, 9, 10])
    #expect(window.count == 0)
  }

  @Test func takesAllForZero() {
    var window = TagWindow<Int>()
    for value in 1...3 { window.append(value) }
    #expect(window.take(through: 0) == [1, 2, 3])
  }

  @Test func staysRightOverManyTags() {
    var window = TagWindow<UInt64>()
    for round in 0..<1000 as Range<UInt64> {
      for _ in 0..<7 { window.append(window.next) }
      let through = round * 7 + 5
      #expect(window.take(through: through).last == through)
    }
    #expect(window.next == 7001)
    #expect(window.count == 2)
  }

  @Test func leavesGaps() {
    var window = TagWindow<Int>()
    window.append(nil)
    #expect(window.append(2) == 2)
    #expect(window.lowest == 2)
  }
}

import TestSupport
import Testing

@testable import AMQP

struct OutboxTests {
  private func entry(
    _ id: UInt64, channel: UInt16 = 1, isAwaited: Bool = true, body: [UInt8] = [1, 2, 3]
  ) -> Outbox.Entry {
    Outbox.Entry(
      id: id, channel: channel, exchange: "", routingKey: "", mandatory: false, isAwaited: isAwaited,
      message: AMQPMessage(body: body))
  }

  @Test func keepsTheOrderOverManyMessages() {
    var outbox = Outbox()
    var expected: UInt64 = 0
    for id in 1...5000 as ClosedRange<UInt64> {
      outbox.append(entry(id))
      if id % 3 != 0 {
        expected += 1
        #expect(outbox.next()?.id == expected)
      }
    }
    while let next = outbox.next() {
      expected += 1
      #expect(next.id == expected)
    }
    #expect(expected == 5000)
    #expect(outbox.isEmpty)
  }

  @Test func knowsHowFarABodyIsWritten() {
    var outbox = Outbox()
    outbox.begin(entry(1))
    outbox.advance(by: 2)
    #expect(outbox.partial?.written == 2)
    outbox.advance(by: 1)
    #expect(outbox.partial == nil)
    outbox.begin(entry(2, body: []))
    #expect(outbox.partial == nil)
  }

  @Test func abandonsTheMessageOfALostChannel() {
    var outbox = Outbox()
    outbox.begin(entry(1, channel: 1))
    outbox.abandonPartial(on: 2)
    #expect(outbox.partial != nil)
    outbox.abandonPartial(on: 1)
    #expect(outbox.partial == nil)
    outbox.begin(entry(1))
    outbox.connectionLost()
    #expect(outbox.partial == nil)
  }

  @Test func keepsOnlyWhatSomebodyWaitsForWhenTheConnectionIsLost() {
    var outbox = Outbox()
    for id in 1...4 as ClosedRange<UInt64> { outbox.append(entry(id, isAwaited: id % 2 == 1)) }
    #expect(outbox.next()?.id == 1)
    outbox.connectionLost()
    #expect(outbox.next()?.id == 3)
    #expect(outbox.next() == nil)
    #expect(outbox.isEmpty)
  }

  @Test(arguments: 0..<20) func forgetsWhatIsRemoved(seed: UInt64) {
    var generator = SeededRandom(seed: seed)
    var outbox = Outbox()
    var model: [UInt64] = []
    var last: UInt64 = 0
    for _ in 0..<3000 {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0, 1:
        last += UInt64.random(in: 1...2, using: &generator)
        outbox.append(entry(last))
        model.append(last)
      case 2:
        let id = UInt64.random(in: 0...last + 1, using: &generator)
        outbox.remove(id)
        model.removeAll { $0 == id }
      default:
        #expect(outbox.next()?.id == (model.isEmpty ? nil : model.removeFirst()))
      }
      #expect(outbox.isEmpty == model.isEmpty)
    }
  }
}

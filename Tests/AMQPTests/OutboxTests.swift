import Testing

@testable import AMQP

struct OutboxTests {
  private func entry(_ id: UInt64, channel: UInt16 = 1, body: [UInt8] = [1, 2, 3]) -> Outbox.Entry {
    Outbox.Entry(
      id: id, channel: channel, exchange: "", routingKey: "", mandatory: false, message: AMQPMessage(body: body))
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
    outbox.abandonPartial()
    #expect(outbox.partial == nil)
  }

  @Test func dropsOnlyWhatIsToBeDropped() {
    var outbox = Outbox()
    for id in [1, 0, 2, 0] as [UInt64] { outbox.append(entry(id)) }
    #expect(outbox.next()?.id == 1)
    outbox.removeAll { $0.id == 0 }
    #expect(outbox.next()?.id == 2)
    #expect(outbox.next() == nil)
  }
}

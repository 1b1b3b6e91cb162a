import TestSupport
import Testing

@testable import AMQP

struct AckBatchTests {
  private func batch(delivered: UInt64) -> AckBatch {
    var batch = AckBatch()
    for tag in 1...delivered { batch.delivered(tag) }
    return batch
  }

  @Test func turnsARunIntoOneFrame() {
    var batch = batch(delivered: 5)
    for tag in [2, 1, 3] as [UInt64] { batch.settle(tag, .ack) }
    #expect(batch.flush() == [.ack(3, multiple: true)])
    #expect(batch.outstanding == 2)
    #expect(batch.flush() == [])
  }

  @Test func saysOneForOne() {
    var batch = batch(delivered: 2)
    batch.settle(1, .ack)
    #expect(batch.flush() == [.ack(1, multiple: false)])
  }

  @Test func doesNotCoverWhatIsOpen() {
    var batch = batch(delivered: 5)
    for tag in [3, 5, 4] as [UInt64] { batch.settle(tag, .ack) }
    #expect(
      batch.flush() == [.ack(3, multiple: false), .ack(5, multiple: false), .ack(4, multiple: false)])
    batch.settle(1, .ack)
    batch.settle(2, .ack)
    #expect(batch.flush() == [.ack(2, multiple: true)])
    #expect(batch.outstanding == 0)
  }

  @Test func refusesBeforeItAcknowledges() {
    var batch = batch(delivered: 4)
    batch.settle(1, .ack)
    batch.settle(3, .ack)
    batch.settle(2, .requeue)
    batch.settle(4, .reject)
    #expect(
      batch.flush() == [.nack(2, requeue: true), .nack(4, requeue: false), .ack(3, multiple: true)])
  }

  @Test func ignoresASecondSettlement() {
    var batch = batch(delivered: 2)
    batch.settle(1, .ack)
    batch.settle(1, .requeue)
    batch.settle(2, .requeue)
    batch.settle(2, .ack)
    batch.settle(9, .ack)
    #expect(batch.flush() == [.nack(2, requeue: true), .ack(1, multiple: false)])
    batch.settle(1, .ack)
    #expect(batch.flush() == [])
  }

  /// The broker closes the channel on a tag it does not know: play its part with random settlements.
  @Test(arguments: 0..<50) func settlesEachTagExactlyOnce(seed: UInt64) {
    var generator = SeededRandom(seed: seed)
    var batch = AckBatch()
    var held: Set<UInt64> = []
    var broker: Set<UInt64> = []
    var answers: [UInt64: AckBatch.Frame] = [:]
    var refused: Set<UInt64> = []
    var last: UInt64 = 0
    for _ in 0..<400 {
      switch Int.random(in: 0..<5, using: &generator) {
      case 0, 1:
        last += 1
        batch.delivered(last)
        held.insert(last)
        broker.insert(last)
      case 2, 3:
        guard let tag = held.randomElement(using: &generator) else { continue }
        held.remove(tag)
        let settlement: AMQPSettlement = Bool.random(using: &generator) ? .ack : .requeue
        if settlement == .requeue { refused.insert(tag) }
        batch.settle(tag, settlement)
      default:
        for frame in batch.flush() {
          switch frame {
          case .ack(let tag, let multiple):
            let covered = multiple ? broker.filter { $0 <= tag } : broker.filter { $0 == tag }
            #expect(!covered.isEmpty)
            #expect(covered.isDisjoint(with: held))
            for tag in covered { answers[tag] = .ack(tag, multiple: false) }
            broker.subtract(covered)
          case .nack(let tag, _):
            #expect(broker.remove(tag) != nil)
            answers[tag] = frame
          }
        }
        #expect(broker == held)
      }
    }
    for (tag, answer) in answers { #expect((answer == .nack(tag, requeue: true)) == refused.contains(tag)) }
  }
}

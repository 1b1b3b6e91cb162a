/// Settlements of one channel between two flushes; turns runs of acknowledgements into one.
struct AckBatch: Sendable {
  enum Frame: Equatable {
    case ack(UInt64, multiple: Bool)
    case nack(UInt64, requeue: Bool)
  }

  private enum State { case open, acked }

  private var window = TagWindow<State>()
  private var acked: [UInt64] = []
  private var nacked: [Frame] = []

  /// Deliveries not yet settled.
  var outstanding: Int { window.count }

  var isEmpty: Bool { acked.isEmpty && nacked.isEmpty }

  mutating func delivered(_ tag: UInt64) {
    while window.next < tag { window.append(nil) }
    window.append(.open)
  }

  /// Notes a settlement; a second one for the same delivery is ignored, for the broker would close the channel.
  mutating func settle(_ tag: UInt64, _ settlement: AMQPSettlement) {
    guard window[tag] == .open else { return }
    if settlement == .ack {
      window[tag] = .acked
      acked.append(tag)
    } else {
      _ = window.take(tag)
      nacked.append(.nack(tag, requeue: settlement == .requeue))
    }
  }

  /// The frames to send, in order: refusals first, so that no multiple acknowledgement covers one.
  mutating func flush() -> [Frame] {
    var frames = nacked
    nacked.removeAll(keepingCapacity: true)
    var through: UInt64 = 0
    var run = 0
    while window.count > 0, window[window.lowest] == .acked {
      through = window.lowest
      _ = window.take(through)
      run += 1
    }
    if run > 0 { frames.append(.ack(through, multiple: run > 1)) }
    for tag in acked where tag > through {
      _ = window.take(tag)
      frames.append(.ack(tag, multiple: false))
    }
    acked.removeAll(keepingCapacity: true)
    return frames
  }
}

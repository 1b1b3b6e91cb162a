/// The part of a streamed response that waits to be sent. A value; its owner locks it.
struct OutputBuffer {
  typealias Written = Result<Void, HTTPServerError>

  /// From here on the writer is held back.
  static let limit = 256 << 10

  enum Read {
    case bytes(Int)
    case end
    case failure
    case wait
  }

  private var bytes: [UInt8] = []
  private var sent = 0
  private var end: Bool?
  private var writer: CheckedContinuation<Written, Never>?
  /// To be taken and resumed by the owner, unlocked.
  var wakeups: [Wakeup] = []

  private var count: Int { bytes.count - sent }

  /// Queues a chunk; the continuation is resumed when there is room for another.
  mutating func write(_ chunk: [UInt8], _ continuation: CheckedContinuation<Written, Never>) {
    guard end == nil, writer == nil else {
      wakeups.append(.writer(continuation, Self.gone))
      return
    }
    bytes += chunk
    if count < Self.limit { wakeups.append(.writer(continuation, .success(()))) } else { writer = continuation }
  }

  /// Ends the response, whole or not; the first end counts. A cut one drops what waits.
  mutating func finish(whole: Bool) {
    guard end == nil else { return }
    end = whole
    if !whole {
      bytes = []
      sent = 0
    }
    guard let waiting = writer else { return }
    writer = nil
    wakeups.append(.writer(waiting, Self.gone))
  }

  /// Moves what waits to `space`.
  mutating func read(into space: UnsafeMutableRawBufferPointer) -> Read {
    let taken = min(space.count, count)
    guard taken > 0 else {
      switch end {
      case true?: return .end
      case false?: return .failure
      case nil: return .wait
      }
    }
    bytes.withUnsafeBytes { space.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<(sent + taken)])) }
    sent += taken
    if sent == bytes.count {
      bytes.removeAll(keepingCapacity: true)
      sent = 0
    }
    if count < Self.limit / 2, let waiting = writer {
      writer = nil
      wakeups.append(.writer(waiting, .success(())))
    }
    return .bytes(taken)
  }

  private static let gone = Written.failure(HTTPServerError(.clientGone, "nobody reads the answer any more"))
}

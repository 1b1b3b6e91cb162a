/// The part of a streamed body that has arrived and waits to be read. A value; its owner locks it.
struct InputBuffer {
  typealias Chunk = Result<[UInt8]?, HTTPServerError>

  /// From here on the client is held back.
  static let limit = 256 << 10

  private var bytes: [UInt8] = []
  private var end: Result<Void, HTTPServerError>?
  private var reader: CheckedContinuation<Chunk, Never>?
  /// To be taken and resumed by the owner, unlocked.
  var wakeups: [Wakeup] = []

  var isFull: Bool { bytes.count >= Self.limit }
  var hasEnded: Bool { end != nil }
  var hasRoom: Bool { bytes.count < Self.limit / 2 }

  /// Takes in what arrived.
  mutating func append(_ chunk: UnsafeRawBufferPointer) {
    guard end == nil else { return }
    bytes.append(contentsOf: chunk)
    serve()
  }

  /// Ends the body, well or with an error; the first end counts.
  mutating func finish(_ result: Result<Void, HTTPServerError>) {
    guard end == nil else { return }
    end = result
    if case .failure = result { bytes = [] }
    serve()
  }

  /// Registers the one reader, answered at once where something is there.
  mutating func read(_ continuation: CheckedContinuation<Chunk, Never>) {
    guard reader == nil else {
      let refusal = HTTPServerError(.cancelled, "the body has another reader")
      wakeups.append(.reader(continuation, .failure(refusal)))
      return
    }
    reader = continuation
    serve()
  }

  /// Fails the waiting reader, if there is one.
  mutating func cancelReader() {
    guard let waiting = reader else { return }
    reader = nil
    wakeups.append(.reader(waiting, .failure(HTTPServerError(.cancelled, "the reading task was cancelled"))))
  }

  private mutating func serve() {
    guard let waiting = reader else { return }
    if !bytes.isEmpty {
      reader = nil
      let chunk = bytes
      bytes = []
      wakeups.append(.reader(waiting, .success(chunk)))
    } else if let end {
      reader = nil
      wakeups.append(.reader(waiting, end.map { nil }))
    }
  }
}

/// Puts together what the protocol splits: a method that announces content, the header with its size, the body frames.
struct ContentAssembler<Start> {
  struct Content {
    let start: Start
    let properties: AMQPProperties
    /// The publisher's own sequence number, where the message carries one.
    let sequence: UInt64?
    let body: [UInt8]
  }

  private enum State {
    case idle
    case started(Start)
    case filling(Start, AMQPProperties, UInt64?, size: Int)
  }

  /// A size announced by the broker is believed at once only this far.
  private static var trusted: Int { 1 << 24 }

  private var state = State.idle
  /// Apart from the state, so that appending to it copies nothing.
  private var buffer: [UInt8] = []

  mutating func begin(_ start: Start) throws(AMQPError) {
    guard case .idle = state else { throw AMQPError(.protocol, "a message began inside another") }
    state = .started(start)
  }

  /// The content where the body is empty.
  mutating func header(
    _ properties: AMQPProperties, sequence: UInt64?, size: UInt64
  ) throws(AMQPError) -> Content? {
    guard case .started(let start) = state, let size = Int(exactly: size) else {
      throw AMQPError(.protocol, "a content header without its method")
    }
    if size == 0 {
      state = .idle
      return Content(start: start, properties: properties, sequence: sequence, body: [])
    }
    state = .filling(start, properties, sequence, size: size)
    buffer.reserveCapacity(min(size, Self.trusted))
    return nil
  }

  /// The content where these bytes complete the body.
  mutating func body(_ bytes: UnsafeRawBufferPointer) throws(AMQPError) -> Content? {
    guard case .filling(let start, let properties, let sequence, let size) = state,
      buffer.count + bytes.count <= size
    else {
      throw AMQPError(.protocol, "a body that nothing announced")
    }
    buffer.append(contentsOf: bytes)
    guard buffer.count == size else { return nil }
    defer { reset() }
    return Content(start: start, properties: properties, sequence: sequence, body: buffer)
  }

  /// Forgets what has begun: its channel is gone.
  mutating func reset() {
    state = .idle
    buffer = []
  }
}

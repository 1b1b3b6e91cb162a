/// A request's body: whole where the route buffers it, else chunks that are read from the client on demand.
///
/// A streamed body can be read once, by one reader. While it is not read the client is held back (at most 256 KB wait).
public struct HTTPBody: Sendable, AsyncSequence {
  public typealias Element = [UInt8]
  public typealias Failure = HTTPServerError

  enum Storage: Sendable {
    case bytes([UInt8])
    case stream(any BodySource)
  }

  let storage: Storage
  /// The length in bytes, where the client announced one or the body is buffered.
  public let contentLength: Int?

  /// A body that is in memory.
  public init(_ bytes: [UInt8] = []) {
    storage = .bytes(bytes)
    contentLength = bytes.count
  }

  init(source: any BodySource, contentLength: Int?) {
    storage = .stream(source)
    self.contentLength = contentLength
  }

  /// The whole body where it is in memory, nil where it is streamed.
  public var buffered: [UInt8]? {
    if case .bytes(let bytes) = storage { bytes } else { nil }
  }

  /// The whole body; `.bodyTooLarge` when it has more than `limit` bytes, `.overloaded` where the server has no memory
  /// for it: a streamed one counts from here on as one that the server buffers.
  public func collect(upTo limit: Int) async throws(HTTPServerError) -> [UInt8] {
    let tooLarge = HTTPServerError(.bodyTooLarge, "the body has more than \(limit) bytes")
    if let contentLength, contentLength > limit { throw tooLarge }
    if let buffered { return buffered }
    var whole: [UInt8] = []
    var iterator = makeAsyncIterator()
    while let chunk = try await iterator.next(isolation: nil) {
      guard whole.count + chunk.count <= limit else { throw tooLarge }
      if case .stream(let source) = storage, !source.keep(chunk.count) { throw .noRoomForBodies }
      whole += chunk
    }
    return whole
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(storage: storage) }

  public struct AsyncIterator: AsyncIteratorProtocol {
    var storage: Storage

    /// The next chunk; nil at the end. Throws `.clientGone`, `.bodyTooLarge`, `.bodyTimedOut` or `.cancelled`.
    public mutating func next() async throws(HTTPServerError) -> [UInt8]? { try await next(isolation: nil) }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws(HTTPServerError) -> [UInt8]? {
      switch storage {
      case .bytes(let bytes):
        storage = .bytes([])
        return bytes.isEmpty ? nil : bytes
      case .stream(let source):
        return try await source.nextChunk().get()
      }
    }
  }
}

/// A response's body: nothing, bytes, or chunks made while they are sent.
public struct HTTPResponseBody: Sendable {
  enum Storage: Sendable {
    case bytes([UInt8])
    case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
    case cut
  }

  let storage: Storage

  public static let empty = HTTPResponseBody(storage: .bytes([]))

  public static func bytes(_ bytes: [UInt8]) -> HTTPResponseBody { HTTPResponseBody(storage: .bytes(bytes)) }

  /// No answer at all, not even a status: the connection is closed. For faults on purpose.
  public static let cut = HTTPResponseBody(storage: .cut)

  /// Chunks that `body` writes. It is held back when the client reads slowly, and cancelled when the client goes.
  /// Throwing cuts the connection, so that the client sees that the answer is not whole.
  public static func stream(_ body: @escaping @Sendable (HTTPBodyWriter) async throws -> Void) -> HTTPResponseBody {
    HTTPResponseBody(storage: .stream(body))
  }

  /// The chunks of a sequence; as `stream(_:)` with a writer.
  public static func stream<Chunks: AsyncSequence & Sendable>(_ chunks: Chunks) -> HTTPResponseBody
  where Chunks.Element == [UInt8] {
    .stream { writer in
      for try await chunk in chunks { try await writer.write(chunk) }
    }
  }

  /// The whole body, nil where it is a stream or cut.
  public var bytes: [UInt8]? {
    if case .bytes(let bytes) = storage { bytes } else { nil }
  }
}

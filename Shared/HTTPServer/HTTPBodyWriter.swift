/// What a streamed response body is written with.
public struct HTTPBodyWriter: Sendable {
  private let sink: any BodySink

  init(_ sink: any BodySink) { self.sink = sink }

  /// Queues a chunk; returns when there is room for another. Throws `.clientGone` once nobody reads any more.
  public func write(_ bytes: [UInt8]) async throws(HTTPServerError) {
    guard !bytes.isEmpty else { return }
    try await sink.write(bytes).get()
  }
}

/// Where a streamed response goes.
protocol BodySink: AnyObject, Sendable {
  func write(_ bytes: [UInt8]) async -> Result<Void, HTTPServerError>
}

/// Where a streamed body comes from.
protocol BodySource: AnyObject, Sendable {
  /// The next chunk, never empty; nil at the end.
  func nextChunk() async -> Result<[UInt8]?, HTTPServerError>
}

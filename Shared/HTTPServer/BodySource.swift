/// Where a streamed body comes from.
protocol BodySource: AnyObject, Sendable {
  /// The next chunk, never empty; nil at the end.
  func nextChunk() async -> Result<[UInt8]?, HTTPServerError>

  /// Counts bytes that the reader keeps until the request is over; false where there is no room for them.
  func keep(_ count: Int) -> Bool
}

/// How a file is cut into chunks. The borders depend on the text alone, never on how it arrived, so that a repeated
/// upload makes the same chunks under the same idempotency keys.
struct ImportLimits: Sendable {
  /// Lines in one chunk.
  var lines = 2000
  /// Bytes in one chunk.
  var bytes = 256 << 10
  /// Bytes in one line; a longer one is rejected and skipped.
  var lineBytes = 64 << 10
  /// Chunks on their way at the same time.
  var inFlight = 3
}

/// An answer, whatever its status.
public struct HTTPClientResponse: Sendable {
  public let status: Int
  public let headers: HTTPClientHeaders
  public let body: [UInt8]
  /// From the start of the transfer to the last byte; a wait for a free connection before it is not counted.
  public let duration: Duration
}

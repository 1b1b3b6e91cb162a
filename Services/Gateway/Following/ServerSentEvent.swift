import Contracts

/// One event of a stream, as bytes (WHATWG HTML, server-sent events).
struct ServerSentEvent: Sendable, Equatable {
  let bytes: [UInt8]

  /// - Parameter id: what the client sends as `Last-Event-ID` when it comes back.
  init(_ name: String, id: Int64, data: JSON) {
    var bytes = Array("id: \(id)\nevent: \(name)\ndata: ".utf8)
    // JSON of ours has no line ends outside of strings, and escapes them there.
    data.append(to: &bytes)
    bytes += "\n\n".utf8
    self.bytes = bytes
  }

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// So that clients and what stands between know that the connection lives.
  static let heartbeat = ServerSentEvent(": still here\n\n")

  /// How long a client waits before it comes back.
  static let retry = ServerSentEvent("retry: 2000\n\n")
}

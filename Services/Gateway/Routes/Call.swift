import Contracts
import FoundationEssentials
import HTTPServer
import Messaging

/// One admitted request on its way through its route.
struct Call: Sendable {
  let request: HTTPRequest
  let path: HTTPPath
  let caller: Caller
  /// Until when the caller's credential is good; nil where that is not known.
  let credentialEnd: Date?
  let operations: any OperationCalling

  /// The client's address; behind a proxy of ours the one it names.
  var address: String { caller.origin ?? request.remoteAddress }

  /// Whether nothing is to be changed.
  var isRead: Bool { request.method == .get || request.method == .head }

  /// An id in the path. What is no id names nothing that exists.
  func id(_ name: String = "id") throws(HTTPRouteError) -> Int64 {
    let id = try path.require(name, as: Int64.self)
    guard id > 0 else { throw HTTPRouteError(.invalidParameter, "\(name) is not valid", parameter: name) }
    return id
  }

  /// The whole body, checked to be JSON.
  func json() throws(Problem) -> [UInt8] {
    let bytes = request.body.buffered ?? []
    try JSONChecker.check(bytes)
    return bytes
  }

  /// Does an operation within the time its kind has, or the time given. A command has a key, so that asking again has
  /// one effect.
  func perform(
    _ operation: Operation, _ data: [UInt8], within timeout: Duration? = nil
  ) async throws(Problem) -> OperationReply {
    switch operation.kind {
    case .query:
      try await operations.call(
        operation, data: data, as: caller, idempotencyKey: nil, timeout: timeout ?? OperationTimeout.query)
    case .command:
      try await operations.call(
        operation, data: data, as: caller, idempotencyKey: try IdempotencyKey.of(request.headers),
        timeout: timeout ?? OperationTimeout.command)
    }
  }
}

/// How long a service has to answer; then it is 503.
enum OperationTimeout {
  static let query = Duration.seconds(5)
  static let command = Duration.seconds(10)
  /// A lead: its buyer has up to 25 s.
  static let lead = Duration.seconds(35)
  /// One attempt at a chunk. Short, as a reply may be lost with a connection: the next attempt gets the stored one.
  static let importChunk = Duration.seconds(15)
}

/// A role whose messages are calls: each waits for its answer.
protocol CallingRole: ConnectionRole {
  associatedtype Answer: Sendable
  var calls: Calls<Answer> { get set }
  /// The channel the calls are published on.
  static var callChannel: UInt16 { get }
  /// The message as it is sent for the call with this id.
  func prepare(_ message: AMQPMessage, id: UInt64, timeout: Duration) -> AMQPMessage
}

extension CallingRole {
  static var callChannel: UInt16 { 1 }
  func prepare(_ message: AMQPMessage, id: UInt64, timeout: Duration) -> AMQPMessage { message }
  var isIdle: Bool { calls.isEmpty }
}

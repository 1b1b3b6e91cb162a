/// A part of a process that runs as long as the process: a consumer, a publisher, a server, a clock.
public protocol Component: Sendable {
  /// For the log: "amqp publisher".
  var name: String { get }

  /// How it is asked to finish.
  var stopMode: StopMode { get }

  /// Runs until asked to finish (`Shutdown.requested()`) and then ends its work, or until its task is cancelled.
  /// Returning unasked, or throwing, brings the process down.
  func run() async throws
}

extension Component {
  public var stopMode: StopMode { .signal }
}

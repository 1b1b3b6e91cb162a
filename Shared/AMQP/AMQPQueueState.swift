/// What a queue holds at the moment.
public struct AMQPQueueState: Sendable, Equatable {
  /// Messages that no consumer has.
  public var messages: Int
  public var consumers: Int

  public init(messages: Int, consumers: Int) {
    self.messages = messages
    self.consumers = consumers
  }
}

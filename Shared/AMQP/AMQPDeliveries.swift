/// The deliveries of a consumer, over reconnects, until its `run()` ends or the iterating task is cancelled.
/// Several iterators share them: each delivery goes to one.
public struct AMQPDeliveries: AsyncSequence, Sendable {
  public typealias Element = AMQPDelivery
  public typealias Failure = Never

  public struct Iterator: AsyncIteratorProtocol {
    let queue: DeliveryQueue

    public mutating func next() async -> AMQPDelivery? { await queue.next() }

    public mutating func next(isolation actor: isolated (any Actor)?) async -> AMQPDelivery? {
      await queue.next(isolation: actor)
    }
  }

  let queue: DeliveryQueue

  public func makeAsyncIterator() -> Iterator { Iterator(queue: queue) }
}

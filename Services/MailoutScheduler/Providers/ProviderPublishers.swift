import AMQP
import Messaging
import Service
import Synchronization

/// A publisher for each provider, made when the first batch for it is: each declares the provider's queue on every
/// connect, so that no batch is ever published past the senders.
final class ProviderPublishers: Component {
  let name = "provider publishers"
  let stopMode = StopMode.cancellation
  private let make: @Sendable (String) -> AMQPPublisher
  private let publishers: Mutex<[String: AMQPPublisher]>
  private let new: AsyncStream<AMQPPublisher>
  private let continuation: AsyncStream<AMQPPublisher>.Continuation

  /// - Parameters:
  ///   - present: those that run already.
  ///   - make: a publisher that declares the queue of a provider.
  init(_ present: [String: AMQPPublisher], make: @escaping @Sendable (String) -> AMQPPublisher) {
    publishers = Mutex(present)
    self.make = make
    (new, continuation) = AsyncStream.makeStream()
  }

  func publisher(of provider: String) -> AMQPPublisher {
    publishers.withLock { publishers in
      if let known = publishers[provider] { return known }
      let publisher = make(provider)
      publishers[provider] = publisher
      continuation.yield(publisher)
      return publisher
    }
  }

  func run() async {
    await withDiscardingTaskGroup { group in
      for await publisher in new { group.addTask { await publisher.run() } }
    }
  }
}

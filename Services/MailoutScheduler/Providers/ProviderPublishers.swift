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
  private struct Entry {
    let publisher: AMQPPublisher
    /// Ends it; nil for one that runs anyhow.
    var end: AsyncStream<Void>.Continuation?
  }

  private let publishers: Mutex<[String: Entry]>
  private let new: AsyncStream<(AMQPPublisher, end: AsyncStream<Void>)>
  private let continuation: AsyncStream<(AMQPPublisher, end: AsyncStream<Void>)>.Continuation

  /// - Parameters:
  ///   - present: those that run already.
  ///   - make: a publisher that declares the queue of a provider.
  init(_ present: [String: AMQPPublisher], make: @escaping @Sendable (String) -> AMQPPublisher) {
    publishers = Mutex(present.mapValues { Entry(publisher: $0) })
    self.make = make
    (new, continuation) = AsyncStream.makeStream()
  }

  func publisher(of provider: String) -> AMQPPublisher {
    publishers.withLock { publishers in
      if let known = publishers[provider] { return known.publisher }
      let publisher = make(provider)
      let (ended, end) = AsyncStream<Void>.makeStream()
      publishers[provider] = Entry(publisher: publisher, end: end)
      continuation.yield((publisher, ended))
      return publisher
    }
  }

  /// Ends those of providers that are gone: one that is made anew under the same name has a queue to be declared anew.
  func keep(_ names: Set<String>) {
    let gone = publishers.withLock { publishers in
      let gone = publishers.filter { $0.value.end != nil && !names.contains($0.key) }
      for name in gone.keys { publishers[name] = nil }
      return gone
    }
    for entry in gone.values { entry.end?.finish() }
  }

  func run() async {
    await withDiscardingTaskGroup { group in
      for await (publisher, ended) in new {
        group.addTask {
          await withDiscardingTaskGroup { running in
            running.addTask { await publisher.run() }
            for await _ in ended {}
            running.cancelAll()
          }
        }
      }
    }
  }
}

import AMQP
import EventLoop
import Messaging
import Postgres
import Service
import Synchronization

/// Keeps one runtime for each provider's row, started, stopped and changed as the rows are: on every notification, and
/// now and then for notifications that were lost.
final class ProviderSupervisor: Sendable {
  private struct Running {
    let runtime: ProviderRuntime
    var provider: Provider
  }

  private static let pause: Duration = .seconds(5)

  private let amqp: AMQPConfiguration
  private let publisher: AMQPPublisher
  private let prefetch: Int
  private let loop: EventLoop
  private let tools: DispatchTools
  private let log: Log
  private let changed = Signal()
  private let running = Mutex<[Int64: Running]>([:])

  init(
    amqp: AMQPConfiguration, publisher: AMQPPublisher, prefetch: Int, loop: EventLoop, tools: DispatchTools, log: Log
  ) {
    self.amqp = amqp
    self.publisher = publisher
    self.prefetch = prefetch
    self.loop = loop
    self.tools = tools
    self.log = log
  }

  /// Whether every provider's queue is being consumed.
  var isConnected: Bool {
    running.withLock { running in !running.isEmpty && running.values.allSatisfy { $0.runtime.isConnected } }
  }

  /// Until shutdown is asked for; then each runtime ends by itself.
  func run() async {
    await withDiscardingTaskGroup { runtimes in
      await withTaskGroup(of: Void.self) { watchers in
        watchers.addTask { [self] in
          for await _ in tools.providers.pool.listen(ProviderStore.channel) { changed.raise() }
        }
        await Shutdown.withHandler {
          while !Task.isCancelled && !Shutdown.isRequested {
            await follow(&runtimes)
            await changed.wait(until: .now + Self.pause)
          }
        } onRequest: { [changed] in
          changed.raise()
        }
        watchers.cancelAll()
      }
    }
  }

  private func follow(_ runtimes: inout DiscardingTaskGroup) async {
    let providers: [Provider]
    let retired: [Provider]
    do {
      providers = try await tools.providers.all()
      retired = try await RetiredQueueStore(pool: tools.providers.pool).draining().map(\.emptied)
    } catch {
      return log.warning("the providers cannot be read, trying again", [.error(error)])
    }
    let all = providers + retired
    let ids = Set(all.map(\.id))
    for (id, gone) in running.withLock({ $0.filter { !ids.contains($0.key) } }) {
      log.info("provider gone", [.field("provider", gone.provider.name)])
      running.withLock { _ = $0.removeValue(forKey: id) }
      await gone.runtime.stop()
    }
    let (loop, tools, enabled) = (loop, tools, providers.count { $0.isEnabled })
    loop.execute { tools.permits.shares = enabled }
    for provider in all {
      guard let present = running.withLock({ $0[provider.id] }) else {
        start(provider, &runtimes)
        continue
      }
      guard present.provider.revision < provider.revision else { continue }
      running.withLock { $0[provider.id]?.provider = provider }
      await present.runtime.dispatcher.apply(
        provider,
        caller: present.provider.isReachedLike(provider) ? nil : ProviderRuntime.client(of: provider, loop: loop))
    }
  }

  private func start(_ provider: Provider, _ runtimes: inout DiscardingTaskGroup) {
    let runtime = ProviderRuntime(
      provider, amqp: amqp, publisher: publisher, prefetch: prefetch, loop: loop, tools: tools, log: log)
    running.withLock { $0[provider.id] = Running(runtime: runtime, provider: provider) }
    log.info("provider", [.field("provider", provider.name), .field("enabled", provider.isEnabled)])
    runtimes.addTask { await runtime.run() }
  }
}

extension Provider {
  fileprivate func isReachedLike(_ other: Provider) -> Bool {
    baseURL == other.baseURL && token == other.token
      && settings.connectTimeout == other.settings.connectTimeout
  }
}

import AMQP
import Contracts
import EventLoop
import FoundationEssentials
import Messaging
import Postgres
import Service

/// Keeps the board of providers: every fact senders tell, and at the start all of them.
struct ProviderProjection: Component {
  let name = "providers"
  let consumer: AMQPConsumer
  let store: ProviderStore
  let board: ProviderBoard
  let sender: SenderClient
  let deadLetters: DeadLetters
  let log: Log
  /// The board has changed.
  let onChange: @Sendable () -> Void

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in store.pool.listen(ProviderStore.channel) { await follow() } }
      group.addTask { await askForAll() }
      await WorkerLoop(consumer: consumer).run { await self.take($0) }
      group.cancelAll()
    }
  }

  /// The names known, after asking the sender where one of these is not.
  func names(including wanted: [String]) async throws(Problem) -> Set<String> {
    if board.names.isSuperset(of: wanted) { return board.names }
    let facts = try await sender.providerFacts()
    do {
      try await store.apply(facts)
      try await reload()
    } catch {
      throw Problem(.unavailable, "The providers cannot be looked up at the moment.")
    }
    return board.names
  }

  /// Until it is done: nobody says it a second time, and a circuit that has closed would stay open here.
  private func follow() async {
    await Persistence("the providers are read", log: log).trying { try await reload() }
  }

  private func reload() async throws {
    board.replace(by: try await store.all())
    onChange()
  }

  /// What was said while the queue did not exist yet.
  private func askForAll() async {
    var pause = Duration.milliseconds(200)
    while !Task.isCancelled {
      do {
        try await store.apply(try await sender.providerFacts())
        return
      } catch {
        log.debug("the senders' providers are not known yet", [.error(error)])
      }
      do { try await EventLoop.sleep(for: pause) } catch { return }
      pause = min(pause * 2, .seconds(10))
    }
  }

  private func take(_ delivery: AMQPDelivery) async {
    let fact: ProviderFact
    let isDeleted: Bool
    do {
      let event = try JSONDecoder().decode(Envelope<ProviderFact>.self, from: Data(delivery.message.body))
      fact = event.data
      isDeleted = event.type == EventType.providerDeleted.rawValue
    } catch {
      await deadLetters.bury(delivery, from: Topology.schedulerProviders.name, reason: Wire.reason(error))
      return
    }
    let persistence = Persistence("a provider's fact is recorded", log: log)
    guard await persistence.trying({ try await store.apply([fact], areDeleted: isDeleted) }) != nil else { return }
    await delivery.ack()
  }
}

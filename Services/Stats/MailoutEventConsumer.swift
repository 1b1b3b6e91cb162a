import AMQP
import Contracts
import Messaging
import Service

/// Keeps the statistics' picture of the mailouts up to date.
struct MailoutEventConsumer: Component {
  let name = "mailout events"
  let consumer: AMQPConsumer
  let store: MailoutFactStore
  let deadLetters: DeadLetters
  let log: Log

  func run() async {
    await WorkerLoop(consumer: consumer).run { await take($0) }
  }

  private func take(_ delivery: AMQPDelivery) async {
    do {
      switch try MailoutNews.read(delivery.message.body) {
      case .fact(let fact): try await store.write(fact)
      case .deleted(let fact): try await store.delete(fact)
      case .unknown(let type): log.info("an event of a kind not known here is passed over", [.field("type", type)])
      }
      await delivery.ack()
    } catch let problem as Problem {
      await deadLetters.bury(delivery, from: Topology.statsEvents.name, reason: problem.detail)
    } catch {
      log.warning("a mailout event could not be stored, it comes again", [.error(error)])
      do { try await Task.sleep(for: .seconds(1)) } catch {}
      await delivery.nack(requeue: true)
    }
  }
}

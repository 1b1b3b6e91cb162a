import Contracts
import Messaging
import Postgres
import Service

/// Tells the public which buyers are given a rest, and which are back.
struct BuyerCircuitTeller: Component {
  let name = "buyers' circuits"
  let stopMode = StopMode.cancellation
  let lanes: BuyerLanes
  let pool: PostgresPool
  let outbox: Outbox
  /// The copy of the sender that judges so.
  let instance: String
  let log: Log

  func run() async {
    let persistence = Persistence("a buyer's circuit is told", log: log)
    for await change in lanes.changes {
      let fact = BuyerCircuit(
        id: change.buyer.id, name: change.buyer.name, circuit: change.isOpen ? .open : .closed,
        reason: change.isOpen ? change.reason : nil, sender: instance)
      let type = change.isOpen ? EventType.buyerCircuitOpened : .buyerCircuitClosed
      let isTold: Void? = await persistence.trying {
        try await pool.withTransaction { try await outbox.add(type.rawValue, data: fact, on: $0) }
      }
      guard isTold != nil else { return }
    }
  }
}

import Contracts
import Messaging
import Service

/// Keeps the gauge of contacts; they are counted now and then, since that takes longer the more there are.
struct ContactCounter: Component {
  let name = "contact counter"
  let stopMode = StopMode.cancellation
  let operations: any OperationCalling
  let gauge: Gauge
  let log: Log

  private static let interval = Duration.seconds(300)
  private static let timeout = Duration.seconds(30)

  func run() async {
    let persistence = Persistence("contacts are counted", log: log)
    while let count = await persistence.trying({ try await count() }) {
      gauge.set(count)
      do { try await Task.sleep(for: Self.interval) } catch { return }
    }
  }

  private func count() async throws -> Int {
    let reply = try await operations.call(
      .countContacts, data: Array("{}".utf8), as: .gateway(), idempotencyKey: nil, timeout: Self.timeout)
    guard case .integer(let count)? = try JSON.parse(reply.body)["count"] else {
      throw Problem(.malformed, "The reply has no count.")
    }
    return Int(count)
  }
}

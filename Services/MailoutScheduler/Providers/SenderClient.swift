import Contracts
import FoundationEssentials
import Messaging

/// What the scheduler asks the senders.
struct SenderClient: Sendable {
  let operations: any OperationCalling
  let caller: Caller

  func providerFacts() async throws(Problem) -> [ProviderFact] {
    let reply = try await operations.call(.providerFacts, data: Array("{}".utf8), as: caller, timeout: .seconds(5))
    do {
      return try JSONDecoder().decode(ProviderFacts.self, from: Data(reply.body)).providers
    } catch {
      throw Problem(.internal, "The senders' answer cannot be read: \(Wire.reason(error))")
    }
  }
}

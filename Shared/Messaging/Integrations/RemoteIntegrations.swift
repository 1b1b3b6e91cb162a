import Contracts
import FoundationEssentials

/// What the customer service knows of integrations, asked for over the broker.
public struct RemoteIntegrations: IntegrationKnowing {
  private static let timeout = Duration.seconds(5)
  private let operations: any OperationCalling
  private let service: ServiceName

  public init(operations: any OperationCalling, service: ServiceName) {
    self.operations = operations
    self.service = service
  }

  public func scopes(of name: String) async throws(Problem) -> Set<String>? {
    let reply = try await operations.call(
      .integrationScopes, data: JSON.object(["name": .string(name)]).bytes,
      as: Caller(principal: "service:\(service.rawValue)", scopes: []), timeout: Self.timeout)
    struct Answer: Decodable { let scopes: [String]? }
    do {
      return try JSONDecoder().decode(Answer.self, from: Data(reply.body)).scopes.map { Set($0) }
    } catch {
      throw Problem(.internal, "What the customer service says of integrations cannot be read.")
    }
  }
}

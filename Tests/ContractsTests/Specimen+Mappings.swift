import Contracts
import Messaging

@testable import Customer

extension Specimen {
  private static let uuid = "1e6e817d-c3d7-432f-ae47-ed75b4744fce"

  static let mappings: [Contracts.Operation: Specimen] = [
    .customerOfDomain: Specimen(
      ["domain": "example.com"],
      reply: ["customer": ["uuid": .string(uuid), "domain": "example.com"], "created": true]
    ) { _ = try DomainName($0["domain"]?.plain ?? "") },
    .createMapping: Specimen(
      ["customer": .string(uuid), "app": "amc", "customer_app_id": "username"],
      reply: ["customer": .string(uuid), "app": "amc", "customer_app_id": "username"]
    ) { _ = try MappingDraft.read($0) },
    .findMapping: Specimen(
      ["app": "amc", "customer_app_id": "username"], reply: ["uuid": .string(uuid), "domain": "example.com"]
    ) { _ in },
    .listMappings: Specimen(
      ["customer": .string(uuid)],
      reply: ["mappings": [["app": "amc", "domain": "example.com", "customer_app_id": "username"]]]
    ) { _ in },
  ]
}

extension JSON {
  fileprivate var plain: String? { if case .string(let text) = self { text } else { nil } }
}

import Contracts
import Foundation
import Messaging
import Service

@testable import Sender

extension Specimen {
  private static let whole: JSON = [
    "name": "backup", "url": "https://send.example.com", "token": "opaque", "enabled": true, "timeout_ms": 5000,
    "connect_timeout_ms": 1000, "concurrency": 128, "rate_limit": 500,
    "retry": ["max_attempts": 5, "base_ms": 500, "cap_ms": 60_000, "total_ms": 3_600_000],
    "breaker": [
      "window_ms": 10_000, "failure_rate": .number(0.5), "slow_ms": 2000, "slow_rate": .number(0.8), "min_calls": 20,
      "open_ms": 5000,
      "probes": 3,
    ],
  ]

  static let provider = Provider(
    id: 2, revision: 7, name: "backup", baseURL: "https://send.example.com", token: Secret("opaque"), isEnabled: true,
    isEnvironment: false, settings: ProviderSettings(rateLimit: 500),
    circuit: Circuit(state: .open, reopensAt: 1_795_251_605_000_000), createdAt: 1_795_251_600_000_000,
    updatedAt: 1_795_251_600_000_000)

  static func providers() throws -> [Contracts.Operation: Specimen] {
    let reply = provider.json
    return [
      .createProvider: Specimen(whole, reply: reply) { _ = try ProviderDraft.read($0) },
      .readProvider: .byID(2, reply: reply),
      .listProviders: Specimen(["limit": 100, "after": "1"], reply: ["items": [reply], "next": .null]) { _ in },
      .replaceProvider: Specimen(["id": 2, "if_match": "7", "body": whole], reply: reply) {
        _ = try ProviderDraft.read($0["body"] ?? .null, present: provider)
      },
      .updateProvider: Specimen(["id": 2, "if_match": "7", "changes": ["rate_limit": .null]], reply: reply) {
        _ = try ProviderDraft.changed(provider, by: $0["changes"] ?? .null)
      },
      .deleteProvider: .byID(2, ifMatch: "7", reply: .null),
      .setCircuit: Specimen(["id": 2, "order": ["state": "open"]], reply: reply) {
        _ = try ProviderRules.circuitOrder($0["order"] ?? .null)
      },
      .providerFacts: .asking(reply: try JSON(encoding: ProviderFacts(providers: [provider.fact]))),
    ]
  }
}

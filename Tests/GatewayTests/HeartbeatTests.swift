import Contracts
import Messaging
import Testing

@testable import Gateway

/// What a platform is told that asks how the contact interface is.
@Suite struct HeartbeatTests {
  @Test func aDatabaseThatIsAwayIsSaidSo() async throws {
    let away = FakeOperations { _ throws(Problem) in throw Problem(.unavailable, "away") }
    try await TestGateway.run(away) { gateway in
      let answer = try await gateway.send("GET", "/__heartbeat__", token: .none)
      #expect(answer.status == 500)
      #expect(
        answer.json == [
          "status": "error", "checks": ["database": "error"],
          "details": [
            "database": ["status": "error", "level": 40, "messages": ["db.0001": "Database not reachable"]]
          ],
        ])
      // Whoever balances load asks for the process alone.
      #expect(try await gateway.send("GET", "/__lbheartbeat__", token: .none).status == 200)
    }
  }

  @Test func anEmptyTableIsAWarning() async throws {
    try await TestGateway.run(FakeOperations { _ in OperationReply(["empty": true]) }) { gateway in
      let answer = try await gateway.send("GET", "/__heartbeat__", token: .none)
      #expect(answer.status == 200)
      #expect(answer.json?["details"]?["database"]?["messages"] == ["db.0002": "Contact table empty"])
    }
  }
}

import Contracts
import Messaging
import Service
import Testing

@testable import Gateway

/// Who asks for a change without having the scope for it stands in the audit log, and cannot fill it.
@Suite struct RefusedRequestsTests {
  /// Runs one with operations that tell what they are asked.
  private func with(
    _ body: (FakeOperations, RefusedRequests, AsyncStream<FakeOperations.Asked>) async throws -> Void
  ) async throws {
    let (told, teller) = AsyncStream<FakeOperations.Asked>.makeStream()
    let operations = FakeOperations { asked throws(Problem) in
      teller.yield(asked)
      return OperationReply([:])
    }
    let refusals = RefusedRequests(
      operations: operations, log: Log(service: "gateway", instance: "test", sink: MemorySink()))
    let running = Task { await refusals.run() }
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(operations, refusals, told))
    } catch {
      outcome = .failure(error)
    }
    running.cancel()
    await running.value
    try outcome.get()
  }

  @Test func aChangeWithoutItsScopeIsToldOnce() async throws {
    try await with { operations, refusals, told in
      try await TestGateway.run(operations, refusals: refusals) { gateway in
        let token = try TestTokens.token(scopes: ["customers:read"])
        #expect(try await gateway.send("GET", "/api/audit", token: token).status == 403, "a read is not told")
        for _ in 0..<3 { #expect(try await gateway.send("DELETE", "/api/customers/7", token: token).status == 403) }
        // Refused before its body is read.
        let created = try await gateway.send("POST", "/api/customers", "{}", type: "application/json", token: token)
        #expect(created.status == 403)
        for await asked in told where asked.data["operation"] == "customer.create.v1" { break }
        #expect(operations.asked.allSatisfy { $0.operation == .noteRefusal })
        #expect(
          operations.asked.map(\.data) == [
            ["operation": "customer.delete.v1", "subject_id": "7"],
            ["operation": "customer.create.v1", "subject_id": .null],
          ])
        #expect(operations.asked.allSatisfy { $0.caller.principal == "operator:anna" })
        #expect(operations.asked.allSatisfy { $0.caller.origin == "127.0.0.1" })
      }
    }
  }

  @Test func nobodyFillsTheLog() async throws {
    try await with { _, refusals, told in
      let now = ContinuousClock.now
      func note(_ principal: String, at instant: ContinuousClock.Instant) {
        refusals.note(.deleteCustomer, by: Caller(principal: principal, scopes: []), to: nil, at: instant)
      }
      for number in 0..<100 { note("api-key:\(number)", at: now) }
      note("the last", at: now + .seconds(61))
      var count = 0
      for await asked in told {
        count += 1
        if asked.caller.principal == "the last" { break }
      }
      #expect(count == RefusedRequests.perMinute + 1)
    }
  }
}

import Testing

@testable import Sender

/// Whether messages may be called, and what becomes of them if not.
struct GateTests {
  private func gate(tripped: Int64? = nil, _ change: (inout Provider) -> Void = { _ in }) throws -> Gate {
    Gate(try ProviderDraftTests.stored(change), tripped: tripped, instance: "me", now: 1_000)
  }

  @Test func itFollowsTheCircuit() throws {
    #expect(try gate() == .calls)
    #expect(
      try gate { $0.circuit = Circuit(state: .open, reopensAt: 5_000) } == .shut(reason: "circuit_open", until: 5_000))
    #expect(try gate { $0.circuit = Circuit(state: .halfOpen, probeOwner: "me", probeUntil: 9) } == .probes)
    #expect(
      try gate { $0.circuit = Circuit(state: .halfOpen, probeOwner: "other", probeUntil: 9) }
        == .shut(reason: "circuit_open", until: 1_001_000))
    #expect(
      try gate { $0.circuit = Circuit(mode: .open, state: .open) } == .shut(reason: "circuit_open", until: 30_001_000))
  }

  @Test func ourOwnWordCountsBeforeItIsWrittenDown() throws {
    #expect(try gate(tripped: 4_000) == .shut(reason: "circuit_open", until: 4_000))
  }

  @Test func ofADisabledProviderBatchesAreFetchedOnlyToHandThemOn() throws {
    let disabled = try ProviderDraftTests.stored { $0.isEnabled = false }
    let gate = Gate(disabled, tripped: nil, instance: "me", now: 0)
    #expect(gate == .shut(reason: "provider_disabled", until: 30_000_000))
    #expect(Gate.fetches(disabled, gate: gate))
    let open = try ProviderDraftTests.stored { $0.circuit = Circuit(state: .open, reopensAt: 5) }
    #expect(!Gate.fetches(open, gate: Gate(open, tripped: nil, instance: "me", now: 0)))
  }

  @Test func permitsAreSharedEvenly() {
    let permits = PermitPool(total: 10)
    permits.shares = 2
    let first = (0..<9).count { permits.take(held: $0) }
    let second = (0..<9).count { permits.take(held: $0) }
    #expect([first, second] == [5, 5])
    #expect(permits.inUse == 10)
    let more = permits.take(held: 0)
    #expect(!more)
    permits.giveBack(3)
    permits.shares = 20
    let least = permits.take(held: 0)
    #expect(least)
  }
}

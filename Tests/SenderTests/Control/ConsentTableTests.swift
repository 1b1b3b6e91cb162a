import Contracts
import Testing

@testable import Sender

struct ConsentTableTests {
  private func change(_ customer: Int64, _ revision: Int64, _ state: ConsentState, at: Int64) -> ConsentChange {
    ConsentChange(customerID: customer, revision: revision, state: state, at: at)
  }

  /// Opt-out, a change of mind, deletion in every order of arrival, some twice: the last of them stands.
  @Test func theGreatestRevisionStandsInAnyOrder() {
    let changes = [
      change(1, 2, .optedOut, at: 20), change(1, 3, .optedIn, at: 30), change(1, 4, .optedOut, at: 40),
      change(2, 2, .optedOut, at: 20), change(2, 5, .optedIn, at: 50), change(3, 7, .deleted, at: 70),
      change(3, 6, .optedIn, at: 60),
    ]
    for _ in 0..<200 {
      var table = ConsentTable()
      for change in (changes + changes).shuffled() { table.apply(change) }
      #expect(table[1] == .optedOut)
      #expect(table[2] == .optedIn)
      #expect(table[3] == .deleted)
      #expect(table[4] == nil)
    }
  }

  @Test func nothingIsCoveredBeforeTheFirstSnapshot() {
    var table = ConsentTable()
    table.apply(change(1, 1, .optedOut, at: 10))
    #expect(!table.covers(.max - 1))
    table.apply(ConsentSnapshot(changes: [], since: 100))
    #expect(!table.covers(99))
    #expect(table.covers(100))
    #expect(!table.covers(nil))
    #expect(table[1] == .optedOut)
  }

  /// However many opt out: memory is bounded, and whatever was forgotten belongs to an age that is not called any more.
  @Test(arguments: [1, 7, 100]) func whatIsForgottenIsNotCovered(capacity: Int) {
    var table = ConsentTable(capacity: capacity)
    table.apply(ConsentSnapshot(changes: [], since: 0))
    var last: [Int64: Int64] = [:]
    for step in Int64(1)...2_000 {
      let (customer, at) = (Int64.random(in: 1...300), step * 1_000_000)
      table.apply(change(customer, step, .optedOut, at: at))
      last[customer] = at
      #expect(table.count <= capacity)
    }
    for (customer, at) in last where table[customer] == nil {
      // Even a batch read at the end of the longest transaction after it.
      #expect(!table.covers(at))
      #expect(!table.covers(at + ConsentTable.margin - 1))
    }
    #expect(table.covers(2_000 * 1_000_000 + ConsentTable.margin))
  }

  @Test func aSnapshotBringsBackWhatWasMissed() {
    var table = ConsentTable()
    table.apply(ConsentSnapshot(changes: [change(1, 1, .optedOut, at: 10)], since: 5))
    table.apply(
      ConsentSnapshot(changes: [change(2, 1, .deleted, at: 60), change(1, 2, .optedIn, at: 55)], since: 50))
    #expect(table[1] == .optedIn)
    #expect(table[2] == .deleted)
    #expect(!table.covers(49))
    #expect(table.covers(50))
  }
}

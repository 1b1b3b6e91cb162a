import Contracts
import FoundationEssentials
import Postgres
import Synchronization
import Testing

@testable import MailoutScheduler

/// Which provider gets what: the projection of senders' facts, room, and the lanes of the waiting set.
struct ProviderRoutingTests {
  private static func fact(
    _ name: String, _ revision: Int64, _ circuit: ProviderFact.Circuit = .closed, isEnabled: Bool = true, id: Int64 = 1
  ) -> ProviderFact {
    ProviderFact(
      id: id, name: name, revision: revision, isEnabled: isEnabled, rateLimit: nil, circuit: circuit, reopensAt: nil)
  }

  private func with(_ body: @Sendable (SchedulerDesk) async throws -> Void) async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { try await body(SchedulerDesk($0)) }
  }

  @Test func theGreatestRevisionStandsWhateverComesLast() async throws {
    try await with { desk in
      let store = ProviderStore(pool: desk.pool)
      try await store.apply([Self.fact("a", 3, .open), Self.fact("a", 2), Self.fact("b", 1, isEnabled: false)])
      try await store.apply([Self.fact("a", 1, .halfOpen)])
      let all = try await store.all()
      #expect(all["a"]?.circuit == .open)
      #expect(all["b"]?.isEnabled == false)
    }
  }

  @Test func oneThatIsCreatedAnewUnderAnOldNameCounts() async throws {
    try await with { desk in
      let store = ProviderStore(pool: desk.pool)
      try await store.apply([Self.fact("a", 9)])
      try await store.apply([Self.fact("a", 10, isEnabled: false)], areDeleted: true)
      try await store.apply([Self.fact("a", 8)])
      #expect(try await store.all()["a"] == nil)
      try await store.apply([Self.fact("a", 1, id: 2)])
      try await store.apply([Self.fact("a", 11)])
      #expect(try await store.all()["a"]?.isEnabled == true)
    }
  }

  @Test func anOpenProviderGetsNothingAndTheNextInTheListAll() async throws {
    try await with { desk in
      var (mailout, _) = try await desk.started()
      mailout.draft.providers = ["a", "b"]
      let board = ProviderBoard()
      let pace = Pace(store: desk.batches, board: board)
      #expect(try await pace.grant(for: mailout, among: ["a", "b"]) == nil)
      board.replace(by: ["a": ProviderState(isEnabled: true, circuit: .open), "b": .assumed])
      let fallen = try #require(try await pace.grant(for: mailout, among: ["a", "b"]))
      #expect(fallen.provider == "b")
      await pace.issued(0, of: mailout.id, by: fallen)
      #expect(try await pace.grant(for: mailout, among: ["a"]) == nil)
      board.replace(by: ["a": ProviderState(isEnabled: true, circuit: .halfOpen), "b": .assumed])
      let trickle = try #require(try await pace.grant(for: mailout, among: ["a", "b"]))
      #expect(trickle.provider == "a" && trickle.room == IssueWindow.trickle)
      // The trickle is out: the rest goes on to the next.
      try await desk.pool.query(
        """
        insert into mailout.batch (id, mailout_id, provider, message_count, body, publish_lease)
        values (1, \(mailout.id), 'a', 20, '', now())
        """)
      #expect(try await pace.grant(for: mailout, among: ["a", "b"])?.provider == "b")
    }
  }

  /// However many mailouts ask at once, what one reading has free is given away once.
  @Test func whatIsFreeIsGrantedOnce() async throws {
    try await with { desk in
      var mailouts: [Mailout] = []
      for _ in 0..<5 { mailouts.append(try await desk.started().mailout) }
      // All of them in the same moment.
      let instant = ContinuousClock.now
      let pace = Pace(store: desk.batches, board: ProviderBoard(), now: { instant })
      let rooms = try await withThrowingTaskGroup(of: Int.self) { group in
        for mailout in mailouts {
          group.addTask { try await pace.grant(for: mailout, among: ["default"])?.room ?? 0 }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      // The first fills the window, the second has its part beside that, and then half of the window is out again.
      #expect(rooms.sorted(by: >).first == IssueWindow.initial)
      #expect(rooms.sorted(by: >).dropFirst().map(\.self) == [500, 0, 0, 0])
    }
  }

  /// What is granted counts as out until a reading finds what was made of it, and no more than that.
  @Test func whatWasNotUsedIsGivenBack() async throws {
    try await with { desk in
      let (mailout, other) = (try await desk.started().mailout, try await desk.started().mailout)
      let clock = Mutex(ContinuousClock.now)
      let pace = Pace(store: desk.batches, board: ProviderBoard(), now: { clock.withLock { $0 } })
      let grant = try #require(try await pace.grant(for: mailout, among: ["default"]))
      #expect(grant.room == IssueWindow.initial)
      #expect(try await pace.grant(for: mailout, among: ["default"]) == nil)
      // Not even a new reading knows of it yet.
      clock.withLock { $0 += .seconds(1) }
      #expect(try await pace.grant(for: mailout, among: ["default"]) == nil)
      await pace.issued(10, of: mailout.id, by: grant)
      #expect(try await pace.grant(for: other, among: ["default"])?.room == IssueWindow.initial - 10)
      // Of which nothing is heard any more.
      clock.withLock { $0 += .seconds(6) }
      #expect(try await pace.grant(for: other, among: ["default"])?.room == IssueWindow.initial)
    }
  }

  /// More than have a part at once: whoever waits longest goes first, as soon as there is room for one.
  @Test func ofVeryManyEachWaitsForItsTurn() async throws {
    try await with { desk in
      let (first, second) = (try await desk.started().mailout, try await desk.started().mailout)
      for number in Int64(1)...15 {
        let other = try await desk.create()
        try await desk.pool.query(
          """
          insert into mailout.batch (id, mailout_id, provider, message_count, body, publish_lease)
          values (\(number), \(other), 'default', \(Int32(IssueWindow.initial / Share.most)), '', now())
          """)
      }
      let clock = Mutex(ContinuousClock.now)
      let pace = Pace(store: desk.batches, board: ProviderBoard(), now: { clock.withLock { $0 } })
      #expect(try await pace.grant(for: first, among: ["default"]) == nil)
      clock.withLock { $0 += .milliseconds(1) }
      #expect(try await pace.grant(for: second, among: ["default"]) == nil)
      // The window and a half, but for one part.
      try await desk.pool.query("delete from mailout.batch where id = 1")
      clock.withLock { $0 += .milliseconds(30) }
      #expect(try await pace.grant(for: second, among: ["default"]) == nil)
      #expect(try await pace.grant(for: first, among: ["default"])?.room == IssueWindow.initial / Share.most)
    }
  }

  @Test func aMailoutsRateBoundsItsRoomAndItsBatches() async throws {
    try await with { desk in
      var (mailout, cohort) = try await desk.started()
      mailout.draft.rateLimit = 3
      let pace = Pace(store: desk.batches, board: ProviderBoard())
      #expect(
        try await pace.grant(for: mailout, among: ["default"]) == Grant(provider: "default", room: 6, batch: 6))
      for number in 1...3 {
        #expect(try await desk.issue(Int64(number), of: mailout, from: cohort, to: Int64(number)))
        cohort.cursor = Int64(number)
      }
      #expect(try await pace.grant(for: mailout, among: ["default"]) == nil)
    }
  }

  @Test func aSmallMailoutGetsItsPartBesideOneThatHasFilledTheWindow() async throws {
    try await with { desk in
      let (large, _) = try await desk.started()
      let (small, _) = try await desk.started()
      try await desk.pool.query(
        """
        insert into mailout.batch (id, mailout_id, provider, message_count, body, publish_lease)
        values (1, \(large.id), 'default', \(Int32(IssueWindow.initial)), '', now())
        """)
      // Both in the same moment.
      let instant = ContinuousClock.now
      let pace = Pace(store: desk.batches, board: ProviderBoard(), now: { instant })
      #expect(try await pace.grant(for: large, among: ["default"]) == nil)
      #expect(try await pace.grant(for: small, among: ["default"])?.room == IssueWindow.initial / 2)
    }
  }

  /// Who may have a message already is the only one to be asked again.
  @Test func aMessageWithoutAnAnswerStaysWithItsProvider() async throws {
    try await with { desk in
      let (mailout, cohort) = try await desk.started()
      #expect(try await desk.issue(1, of: mailout, from: cohort, to: 50))
      let reasons = ["unknown_timeout", "http_503"]
      let waiting = zip([Int64(11), 12], reasons).map { id, reason in
        WaitingMessage(
          messageID: id, customerID: id, dueAt: 0, status: .retrying, round: 0, hop: 0, attempts: 1, reason: reason)
      }
      try await desk.settle(1, of: mailout.id, waiting: waiting)
      let lanes = try await desk.waiting.lanes(mailoutID: mailout.id, providers: ["default", "second"])
      #expect(Set(lanes.map(\.provider)) == ["default", nil])
      #expect(
        try await desk.waiting.due(mailoutID: mailout.id, lane: "default", now: .now, limit: 9).map(\.messageID) == [11]
      )
      #expect(try await desk.waiting.due(mailoutID: mailout.id, now: .now, limit: 9).map(\.messageID) == [12])
    }
  }

  /// Deferred since for another reason, it still is one whose provider may have it.
  @Test func thatItIsUnknownOutlivesTheReason() async throws {
    try await with { desk in
      let (mailout, cohort) = try await desk.started()
      #expect(try await desk.issue(1, of: mailout, from: cohort, to: 50))
      let waiting = WaitingMessage(
        messageID: 11, customerID: 5, dueAt: 0, status: .deferred, round: 0, hop: 1, attempts: 1,
        reason: "circuit_open", isUnknown: true)
      try await desk.settle(1, of: mailout.id, waiting: [waiting])
      #expect(try await desk.waiting.due(mailoutID: mailout.id, now: .now, limit: 9).isEmpty)
      #expect(
        try await desk.waiting.due(mailoutID: mailout.id, lane: "default", now: .now, limit: 9) == [waiting])
    }
  }

  /// What a dead sender has left behind does not keep the others from work.
  @Test func aBatchThatOthersHaveOvertakenLeavesItsRoom() async throws {
    try await with { desk in
      let (mailout, _) = try await desk.started()
      try await desk.pool.query(
        """
        insert into mailout.batch (id, mailout_id, provider, message_count, body, publish_lease, created_at)
        values (1, \(mailout.id), 'default', 300, '', now(), now() - interval '1 minute'),
          (2, \(mailout.id), 'default', 2, '', now(), now())
        """)
      #expect(try await desk.batches.load(of: "default", grace: .seconds(3)).overtaken == 0)
      _ = try await desk.batches.settle([
        BatchSettled(
          batchID: 2, mailoutID: mailout.id, provider: "default", count: 2, calling: 1500, waiting: [])
      ])
      let load = try await desk.batches.load(of: "default", grace: .seconds(3))
      #expect(
        load.outstanding == 300 && load.overtaken == 300 && load.settled == 2 && load.calling == 3000
          && load.batches == 1)
      let pace = Pace(store: desk.batches, board: ProviderBoard())
      #expect(try await pace.grant(for: mailout, among: ["default"])?.room == IssueWindow.initial)
    }
  }
}

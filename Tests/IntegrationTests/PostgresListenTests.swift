import Postgres
import Testing

@Suite struct PostgresListenTests {
  private func channel() -> String { "Test \"\(UInt64.random(in: 0...UInt64.max))\"" }

  private func notify(_ pool: PostgresPool, _ channel: String, _ payload: String) async throws {
    try await pool.query("select pg_notify(\(channel), \(payload))")
  }

  @Test func deliversPayloadsAfterTheFirstSign() async throws {
    try await PostgresDatabase.withPool { pool async throws in
      let channel = channel()
      var payloads = pool.listen(channel).makeAsyncIterator()
      #expect(await payloads.next() == "")
      try await notify(pool, channel, "one")
      try await notify(pool, channel, "zwei \u{1F600}")
      #expect(await payloads.next() == "one")
      #expect(await payloads.next() == "zwei \u{1F600}")
    }
  }

  @Test func channelsShareAConnectionAndSubscribersAChannel() async throws {
    let opened = EventLog<String>()
    var configuration = try PostgresDatabase.configuration()
    configuration.onEvent = { event in if case .connected(let host) = event { opened.add(host) } }
    try await PostgresDatabase.withPool(configuration) { pool async throws in
      let (red, blue) = (channel(), channel())
      var first = pool.listen(red).makeAsyncIterator()
      var second = pool.listen(red).makeAsyncIterator()
      var other = pool.listen(blue).makeAsyncIterator()
      #expect(await first.next() == "")
      #expect(await second.next() == "")
      #expect(await other.next() == "")
      #expect(opened.events.count == 1)
      try await notify(pool, blue, "b")
      try await notify(pool, red, "r")
      #expect(await first.next() == "r")
      #expect(await second.next() == "r")
      #expect(await other.next() == "b")
    }
  }

  @Test func comesBackAfterItsConnectionWasKilled() async throws {
    try await PostgresDatabase.withPool { pool async throws in
      let channel = channel()
      var payloads = pool.listen(channel).makeAsyncIterator()
      #expect(await payloads.next() == "")
      let killed = try await pool.query(
        """
        select pg_terminate_backend(pid) from pg_stat_activity
        where pid <> pg_backend_pid() and query like 'listen%' and position(\(channel.digits) in query) > 0
        """)
      #expect(killed.count == 1)
      #expect(await payloads.next() == "")
      try await notify(pool, channel, "after")
      #expect(await payloads.next() == "after")
    }
  }

  @Test func oneSubscriberThatLeavesDoesNotDisturbTheOthers() async throws {
    try await PostgresDatabase.withPool { pool async throws in
      let (kept, left) = (channel(), channel())
      var keeping = pool.listen(kept).makeAsyncIterator()
      #expect(await keeping.next() == "")
      let task = Task {
        for await _ in pool.listen(left) where Task.isCancelled { break }
      }
      task.cancel()
      await task.value
      // Back again on the channel that was left.
      var again = pool.listen(left).makeAsyncIterator()
      #expect(await again.next() == "")
      try await notify(pool, left, "left")
      try await notify(pool, kept, "kept")
      // The sign may come twice: the server had to be told to stop and to listen again.
      var payload = await again.next()
      while payload == "" { payload = await again.next() }
      #expect(payload == "left")
      #expect(await keeping.next() == "kept")
    }
  }

  @Test func endsWithThePool() async throws {
    let pool = PostgresPool(configuration: try PostgresDatabase.configuration())
    var payloads = pool.listen(channel()).makeAsyncIterator()
    #expect(await payloads.next() == "")
    await pool.close()
    #expect(await payloads.next() == nil)
    var late = pool.listen(channel()).makeAsyncIterator()
    #expect(await late.next() == nil)
  }
}

extension String {
  /// The digits of a channel's name, which no quoting changes.
  fileprivate var digits: String { filter(\.isNumber) }
}

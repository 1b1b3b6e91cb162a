import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// Mailouts start by themselves, at their time and once, however many schedulers there are, or were.
  struct StartTests {
    private static func mailout(_ api: API, to tag: String, at start: Date) async throws -> Int64 {
      try await api.mailout(to: tag, ["start_at": .string(Timestamp.format(start))])
    }

    /// Mailouts that each of the schedulers says it has started.
    private static func started(_ stack: Stack) async throws -> Double {
      var count = 0.0
      for process in ["mailout-scheduler"] + Stack.furtherSchedulers {
        count += try await stack.metric("mailout_scheduler_start_delay_seconds_count", of: process)
      }
      return count
    }

    @Test func ofThreeSchedulersOneStartsEach() async throws {
      let (stack, api, fake) = (try await Stack.shared(), try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let tag = try await api.audience(1, from: 79_620_000_000)
      try await stack.run(["start"] + Stack.furtherSchedulers)
      let before = try await Self.started(stack)
      let start = Date.now + 2
      var ids: [Int64] = []
      for _ in 0..<30 { ids.append(try await Self.mailout(api, to: tag, at: start)) }
      for id in ids {
        let stats = try await api.finished(id)
        #expect(stats["counts"] == ["sent": 1])
        #expect(try await api.timeline(id).count { $0 == "mailout.started" } == 1)
      }
      #expect(try await Self.started(stack) - before == 30)
      let calls = try await fake.calls()
      #expect(calls.count == 30)
      #expect(calls.allSatisfy { $0.count == 1 && $0.firstArrival >= Timestamp.microseconds(start) })
      try await stack.run(["stop"] + Stack.furtherSchedulers)
    }

    @Test func oneThatAllSchedulersMissedStartsWhenOneIsBack() async throws {
      let (stack, api, fake) = (try await Stack.shared(), try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let tag = try await api.audience(2, from: 79_620_001_000)
      // The scheduler has to be gone before the start: on a slow machine only another one is so far off.
      var (lead, id, start) = (3.0, Int64(0), Date.now)
      while true {
        start = .now + lead
        id = try await Self.mailout(api, to: tag, at: start)
        try await stack.run("stop", "mailout-scheduler")
        if .now < start { break }
        try await stack.run("start", "mailout-scheduler")
        _ = try await api.finished(id)
        try await fake.reset()
        lead *= 4
      }
      let back = start + 0.2
      try await Task.sleep(for: .seconds(max(0, back.timeIntervalSinceNow)))
      #expect(try await fake.stats()["calls"] == 0)
      try await stack.run("start", "mailout-scheduler")
      #expect(try await api.finished(id)["counts"] == ["sent": 2])
      let mailout = try await api.get("/api/mailouts/\(id)").json
      #expect(try Timestamp.parse(mailout["started_at"]?.text ?? "") >= back)
      #expect(try await fake.stats()["calls"] == 2)
    }
  }
}

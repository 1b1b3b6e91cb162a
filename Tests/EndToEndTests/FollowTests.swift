import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// A mailout's progress as a stream.
  struct FollowTests {
    /// The events of a stream: name and data.
    private static func events(_ body: [UInt8]) throws -> [(name: String, data: JSON)] {
      try String(decoding: body, as: UTF8.self).components(separatedBy: "\n\n").compactMap { block in
        let lines = block.components(separatedBy: "\n")
        guard let name = lines.first(where: { $0.hasPrefix("event: ") }),
          let data = lines.first(where: { $0.hasPrefix("data: ") })
        else { return nil }
        return (String(name.dropFirst(7)), try JSON.parse(Array(data.dropFirst(6).utf8)))
      }
    }

    /// Waits until there are so many streams.
    private static func followers(_ count: Double) async throws {
      let stack = try await Stack.shared()
      _ = try await eventually("\(count) follow") {
        try await stack.metric("mailout_http_followers", of: "gateway") == count ? true : nil
      }
    }

    private static func mailout(_ api: API, _ tag: String, count: Int) async throws -> Int64 {
      let lines = (0..<count).map { "7953\(String(1_000_000 + $0)),\(tag)" }
      _ = try await api.importCSV("phone,tags\n" + lines.joined(separator: "\n") + "\n")
      return try await api.createMailout([
        "text": "Follow", "filter": ["tags": [.string(tag)]],
        "end_at": .string(Timestamp.format(.now.addingTimeInterval(3600))),
      ])
    }

    @Test func whoFollowsSeesItGoOnAndEnd() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      // So slow that it is in the middle of it until it may end.
      try await fake.behave(["latency_ms": 1000])
      let id = try await Self.mailout(api, "follow-\(UInt32.random(in: 0 ... .max))", count: 3_000)
      try await api.known(id)
      async let stream = api.get("/api/mailouts/\(id)/events")
      try await Self.followers(1)
      _ = try await eventually("some are sent") {
        let sent = try await api.stats(id)["counts"]?["sent"]?.number ?? 0
        return sent > 100 ? true : nil
      }
      #expect(try await api.send(.post, "/api/mailouts/\(id)/pause").status == 200)
      #expect(try await api.send(.post, "/api/mailouts/\(id)/resume").status == 200)
      try await fake.behave([:])
      let answer = try await stream
      #expect(answer.status == 200)
      #expect(answer.headers["Content-Type"] == "text/event-stream")
      let events = try Self.events(answer.body)
      let progress = events.filter { $0.name == "progress" }.map(\.data)
      #expect(progress.last?["status"] == "finished")
      #expect(progress.last?["counts"] == ["sent": 3_000])
      #expect(progress.count > 2)
      let sent = progress.map { $0["counts"]?["sent"]?.number ?? 0 }
      #expect(sent == sent.sorted())
      let changes = events.filter { $0.name == "change" }.map { $0.data["type"]?.text }
      #expect(changes.contains("mailout.paused") && changes.contains("mailout.resumed"))
      // Statistics read it from a queue of its own.
      let paused = try await eventually("the pause is in the timeline") {
        let timeline = try await api.get("/api/mailouts/\(id)/timeline?limit=1000").json["items"]?.elements ?? []
        return timeline.first { $0["type"] == "mailout.paused" }
      }
      #expect(paused["by"]?.text?.hasPrefix("operator:") == true)
      try await fake.reset()
    }

    @Test func aGatewayThatStopsEndsItsStreams() async throws {
      let (stack, api, fake) = (try await Stack.shared(), try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let id = try await api.createMailout([
        "text": "Later", "start_at": .string(Timestamp.format(.now.addingTimeInterval(3600))),
        "end_at": .string(Timestamp.format(.now.addingTimeInterval(7200))),
      ])
      try await api.known(id)
      let streams = Task {
        try await withThrowingTaskGroup(of: API.Answer.self) { group in
          for _ in 0..<20 { group.addTask { try await api.get("/api/mailouts/\(id)/events") } }
          return try await group.reduce(into: []) { $0.append($1) }
        }
      }
      try await Self.followers(20)
      try await stack.run("restart", "gateway")
      for answer in try await streams.value {
        #expect(answer.status == 200)
        // That the mailout was made may be told to those who follow it already.
        let names = try Self.events(answer.body).map(\.name)
        #expect(names.first == "progress" && names.dropFirst().allSatisfy { $0 == "change" }, "\(names)")
      }
      #expect(try await api.send(.delete, "/api/mailouts/\(id)").status == 204)
    }
  }
}

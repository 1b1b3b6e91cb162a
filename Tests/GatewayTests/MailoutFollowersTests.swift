import Contracts
import Foundation
import HTTPServer
import Synchronization
import Testing

@testable import Gateway

struct MailoutFollowersTests {
  private static func stats(_ status: String, sent: Int64) -> JSON {
    [
      "mailout_id": 7, "status": .string(status), "counts": ["sent": .integer(sent)], "finished_at": .null,
      "rate_per_second": .number(Double(sent)),
    ]
  }

  private static func text(_ event: ServerSentEvent) -> String { String(decoding: event.bytes, as: UTF8.self) }

  @Test func everyFollowerHearsOfProgressOnceAndOfTheEnd() async throws {
    let followers = MailoutFollowers(limit: 10)
    let first = FollowedMailout(Self.stats("running", sent: 1))
    let seats = try (0..<3).map { _ in try followers.join(7, shown: first, now: 5, changes: true) }
    followers.progressed(7, first)
    followers.progressed(7, FollowedMailout(Self.stats("running", sent: 2)))
    #expect(followers.changed(7, at: 9, ["type": "mailout.paused"]))
    #expect(!followers.changed(8, at: 9, ["type": "mailout.paused"]))
    followers.progressed(7, FollowedMailout(Self.stats("finished", sent: 3)))
    for seat in seats {
      var heard: [String] = []
      for await event in seat.events { heard.append(Self.text(event)) }
      #expect(
        heard.map { $0.split(separator: "\n").prefix(2).joined(separator: " ") } == [
          "id: 5 event: progress", "id: 9 event: change", "id: 9 event: progress",
        ])
      followers.leave(seat)
    }
    #expect(followers.mailouts.isEmpty)
  }

  @Test func aSlowFollowerIsLeftBehindAndHoldsNobodyUp() async throws {
    let followers = MailoutFollowers(limit: 10)
    let seat = try followers.join(7, shown: FollowedMailout(Self.stats("running", sent: 0)), now: 5, changes: true)
    for sent in 1...1000 { followers.progressed(7, FollowedMailout(Self.stats("running", sent: Int64(sent)))) }
    followers.close()
    var heard: [String] = []
    for await event in seat.events { heard.append(Self.text(event)) }
    #expect(heard.count == 32)
    #expect(heard.last?.contains("\"sent\":1000") == true)
  }

  @Test func thereIsRoomForSoManyAndAfterTheEndForNone() throws {
    let followers = MailoutFollowers(limit: 2)
    let first = FollowedMailout(Self.stats("running", sent: 0))
    let seat = try followers.join(7, shown: first, now: 5, changes: true)
    _ = try followers.join(8, shown: first, now: 5, changes: true)
    #expect(throws: Problem.self) { try followers.join(9, shown: first, now: 5, changes: true) }
    followers.leave(seat)
    followers.leave(seat)
    try followers.checkRoom()
    followers.close()
    #expect(throws: Problem.self) { try followers.checkRoom() }
  }

  @Test func nobodyHearsNothingForLong() async throws {
    let start = ContinuousClock.now
    let followers = MailoutFollowers(limit: 2, now: { start })
    let seat = try followers.join(7, shown: FollowedMailout(Self.stats("running", sent: 0)), now: 5, changes: true)
    followers.beat(now: start + MailoutFollowers.heartbeat - .milliseconds(1))
    followers.beat(now: start + MailoutFollowers.heartbeat)
    followers.close()
    var heard: [ServerSentEvent] = []
    for await event in seat.events { heard.append(event) }
    #expect(heard == [.heartbeat])
  }

  @Test(arguments: [
    ("scheduled", false), ("running", false), ("paused", false), ("cancelled", false), ("finished", true),
  ])
  func aStreamGoesOnUntilNothingChangesAnyMore(status: String, isOver: Bool) {
    #expect(FollowedMailout(Self.stats(status, sent: 1)).isOver == isOver)
  }

  /// Who may not read the timeline hears how far it is, and no more.
  @Test func changesAreForWhoMayReadTheTimeline() async throws {
    let followers = MailoutFollowers(limit: 2)
    let first = FollowedMailout(Self.stats("running", sent: 1))
    let reader = try followers.join(7, shown: first, now: 5, changes: true)
    let viewer = try followers.join(7, shown: first, now: 5, changes: false)
    #expect(followers.changed(7, at: 9, ["type": "mailout.paused"]))
    followers.progressed(7, FollowedMailout(Self.stats("running", sent: 2)))
    followers.close()
    var heard: [[String]] = []
    for seat in [reader, viewer] {
      var names: [String] = []
      for await event in seat.events {
        names += Self.text(event).split(separator: "\n").filter { $0.hasPrefix("event: ") }.map(String.init)
      }
      heard.append(names)
    }
    #expect(heard == [["event: change", "event: progress"], ["event: progress"]])
  }

  /// Without an end the test would wait for one.
  @Test(.timeLimit(.minutes(15))) func aSeatThatIsEndedHearsNoMore() async throws {
    let followers = MailoutFollowers(limit: 2)
    let seat = try followers.join(7, shown: FollowedMailout(Self.stats("running", sent: 1)), now: 5, changes: true)
    seat.end()
    for await _ in seat.events { Issue.record("nothing was told") }
    followers.leave(seat)
    #expect(followers.mailouts.isEmpty)
  }

  /// Of a mailout that goes on: the client would give up after ten minutes.
  @Test func aStreamEndsAfterAWhileAndWithItsToken() async throws {
    let operations = FakeOperations { _ throws(Problem) in .init(Self.stats("running", sent: 3)) }
    var settings = GatewaySettings()
    settings.longestFollow = .milliseconds(100)
    try await TestGateway.run(operations, settings: settings) { gateway in
      let answer = try await gateway.send("GET", "/api/mailouts/7/events")
      #expect(answer.status == 200 && answer.text.contains("event: progress"))
    }
    try await TestGateway.run(operations) { gateway in
      var (token, answer) = ("", TestGateway.Answer?.none)
      // On a busy machine a short one has lapsed before anybody looks at it.
      for seconds in [3, 6, 12, 24, 48, 96] as [Int64] where answer?.status ?? 401 == 401 {
        token = try TestTokens.token(expiresIn: seconds)
        answer = try await gateway.send("GET", "/api/mailouts/7/events", token: token)
      }
      let last = try #require(answer)
      #expect(last.status == 200 && last.text.contains("event: progress"))
      #expect(try await gateway.send("GET", "/api/mailouts/7/events", token: token).status == 401)
    }
  }

  @Test func whatWasMissedIsForWhoMayReadTheTimeline() async throws {
    let operations = FakeOperations { _ throws(Problem) in .init(Self.stats("finished", sent: 3)) }
    try await TestGateway.run(operations) { gateway in
      let answer = try await gateway.send(
        "GET", "/api/mailouts/7/events", token: try TestTokens.token(scopes: ["stats:read"]),
        headers: [("Last-Event-ID", "77")])
      #expect(answer.text.split(separator: "\n").filter { $0.hasPrefix("event:") } == ["event: progress"])
      #expect(operations.asked.map(\.operation) == [.mailoutStats])
    }
  }

  /// The stream of a mailout that is over is one line and ends; who comes back hears first what they missed.
  @Test func aClientThatComesBackHearsWhatItMissed() async throws {
    let operations = FakeOperations { asked throws(Problem) in
      switch asked.operation {
      case .mailoutTimeline:
        guard asked.data["after"] == JSON.string("77.\(Int64.max).0") else {
          throw Problem(.invalid, "not the id given")
        }
        return .init([
          "items": [["at": "2026-11-21T09:00:00Z", "type": "mailout.paused", "by": .null, "data": ["id": 7]]],
          "next": .null,
        ])
      default: return .init(Self.stats("finished", sent: 3))
      }
    }
    try await TestGateway.run(operations) { gateway in
      let answer = try await gateway.send("GET", "/api/mailouts/7/events", headers: [("Last-Event-ID", "77")])
      #expect(answer.status == 200)
      #expect(answer.headers["Content-Type"] == "text/event-stream")
      let lines = answer.text.split(separator: "\n").filter { $0.hasPrefix("event:") }
      #expect(lines == ["event: change", "event: progress"])
      let wrong = try await gateway.send("GET", "/api/mailouts/7/events", headers: [("Last-Event-ID", "x")])
      #expect(wrong.status == 422)
    }
  }
}

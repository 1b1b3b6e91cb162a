import Contracts
import FoundationEssentials
import Testing

@testable import Stats

struct TimelineTests {
  private static func happening(_ id: Int64, at: Int64) -> TimelineEntry {
    TimelineEntry(place: .happening(id), at: at, type: "customer.updated.v1", data: ["n": .integer(id)])
  }

  private static func message(_ id: Int64, at: Int64) -> TimelineEntry {
    TimelineEntry(place: .message(id), at: at, type: "message.sent", data: ["id": .integer(id)])
  }

  /// Whatever the size of the pages, together they are everything once and in the order of time.
  @Test(arguments: [1, 2, 3, 100]) func pagesPutTwoPlacesTogether(limit: Int) {
    let happenings = [1, 4, 4, 9].enumerated().map { Self.happening(Int64($0.offset + 1), at: $0.element) }
    let messages = [2, 3, 4, 10].enumerated().map { Self.message(Int64($0.offset + 1), at: $0.element) }
    var (cursor, seen) = (TimelineCursor?.some(.start), [TimelineEntry]())
    while let after = cursor {
      let left = happenings.filter { ($0.at, Self.number($0)) > (after.at, after.happening) }
      let right = messages.filter { Self.number($0) > after.message }
      let page = TimelinePage(
        Array(left.prefix(limit + 1)), Array(right.prefix(limit + 1)), after: after, limit: limit)
      seen += page.entries
      cursor = page.next
      if let next = cursor { #expect(TimelineCursor(next.text) == next) }
    }
    #expect(seen.count == 8)
    #expect(seen.map(\.at) == seen.map(\.at).sorted())
  }

  private static func number(_ entry: TimelineEntry) -> Int64 {
    switch entry.place {
    case .happening(let id), .message(let id): id
    case .part(let number): Int64(number)
    }
  }

  @Test(arguments: ["", "1", "1.2", "1.2.3.4", "a.b.c", "-1.0.0", "1.-2.0", "99999999999999999999.0.0"])
  func whatIsNoCursorIsRefused(text: String) {
    #expect(TimelineCursor(text) == nil)
  }

  @Test func aMessagesStoryIsItsQueueingItsCallsAndItsEnd() {
    var fact = MessageFact(
      Outcome(
        messageID: 7, mailoutID: 1, customerID: 1, status: .failed, hop: 1, attempts: 2, reason: "http_500", at: 30))
    fact.queuedAt = 10
    let attempts = [20, 30].map {
      Attempt(
        messageID: 7, round: 0, hop: 0, number: 1, at: $0, latency: 3, provider: "default", status: .retrying,
        reason: "http_500", answer: "oops")
    }
    let story = MessageStory(fact, attempts: attempts).entries
    #expect(story.map(\.type) == ["message.queued", "message.attempt", "message.attempt", "message.failed"])
    #expect(story.map(\.at) == [10, 20, 30, 30])
    #expect(story[1].data["answer"] == "oops")
  }

  @Test func eventsSayWhatHappenedToWhomAndByWhom() throws {
    var frame = EnvelopeFrame(id: "e1", source: "/x", type: "mailout.paused.v1", time: "2026-11-21T09:00:00Z")
    frame.principal = "operator:anna"
    let paused = try #require(try Happening.read(frame.bytes(data: Array(#"{"id":17,"status":"paused"}"#.utf8))))
    #expect(paused.subject == .mailout && paused.subjectID == 17 && paused.imported.isEmpty)
    #expect(paused.principal == "operator:anna")
    frame.type = "mailout.progressed.v1"
    #expect(try Happening.read(frame.bytes(data: Array(#"{"id":17}"#.utf8))) == nil)
    frame.type = "customer.imported.v1"
    let imported = try #require(
      try Happening.read(
        frame.bytes(data: Array(#"{"created":1,"updated":1,"created_ids":[4],"updated_ids":[5]}"#.utf8))))
    #expect(imported.subject == .import && imported.eventID == "e1")
    #expect(imported.imported == [.init(customerID: 4, isNew: true), .init(customerID: 5, isNew: false)])
    frame.time = "yesterday"
    #expect(throws: Problem.self) { try Happening.read(frame.bytes(data: Array(#"{"id":17}"#.utf8))) }
  }
}

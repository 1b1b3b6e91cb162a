import Contracts
import FoundationEssentials
import Testing

@testable import Stats

/// A newer scheduler may tell more than statistics know of; nonsense is still nonsense.
struct MailoutNewsTests {
  private static let fact = MailoutFact(
    id: 7, revision: 3, name: "x", status: .cancelled, audience: nil, issued: 2, notReached: 1, startAt: 1, endAt: 2,
    startedAt: 1, finishedAt: nil)

  private static func body(_ type: String, _ data: [UInt8]) -> [UInt8] {
    EnvelopeFrame(id: "1", source: "/test", type: type, time: "2026-01-01T00:00:00Z").bytes(data: data)
  }

  private static func encoded() throws -> [UInt8] { [UInt8](try JSONEncoder().encode(fact)) }

  @Test(arguments: [EventType.mailoutPaused, .mailoutResumed, .mailoutCancelled, .mailoutFinished])
  func everyKindBringsTheFact(type: EventType) throws {
    #expect(try MailoutNews.read(Self.body(type.rawValue, Self.encoded())) == .fact(Self.fact))
  }

  @Test func aKindOfTomorrowBringsItToo() throws {
    #expect(try MailoutNews.read(Self.body("mailout.renamed.v2", Self.encoded())) == .fact(Self.fact))
    #expect(
      try MailoutNews.read(Self.body("mailout.counted.v1", Array(#"{"n":1}"#.utf8))) == .unknown("mailout.counted.v1"))
  }

  @Test func deletedIsDeleted() throws {
    #expect(try MailoutNews.read(Self.body("mailout.deleted.v1", Self.encoded())) == .deleted(Self.fact))
  }

  @Test func nonsenseIsRefused() {
    for body in [
      Array("not json".utf8), Self.body("no.such.v9", Array("{}".utf8)),
      Self.body("mailout.paused.v1", Array("{}".utf8)),
    ] {
      #expect(throws: Problem.self) { try MailoutNews.read(body) }
    }
  }
}

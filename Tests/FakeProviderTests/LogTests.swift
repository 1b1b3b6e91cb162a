import FoundationEssentials
import HTTPServer
import Testing

@testable import FakeProvider

@Suite struct LogTests {
  private struct Line: Decodable, Equatable {
    let sequence: Int
    let id, phone: Int64
    let count, accepted: Int
  }

  private func lines(_ response: HTTPResponse) throws -> [Line] {
    try response.text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
  }

  @Test func pagesGoThroughAllMessagesInTheOrderOfTheirArrival() async throws {
    let caller = Caller()
    let ids = (0..<2500).map { Int64($0) * 7919 % 5003 - 100 }
    var seen: [Line] = []
    func read() async throws {
      while true {
        let page = try lines(try await caller.get("/fake/calls?limit=700&after=\(seen.last?.sequence ?? 0)"))
        if page.isEmpty { return }
        seen += page
      }
    }
    for id in ids { _ = try await caller.send(id, phone: id + 1) }
    _ = try await caller.send(ids[0], phone: 5)
    try await read()
    #expect(seen.map(\.id) == ids)
    #expect(seen.map(\.sequence) == Array(1...2500))
    #expect(seen[0] == Line(sequence: 1, id: ids[0], phone: 5, count: 2, accepted: 2))
    // What comes while somebody reads is on the pages too, however small its id.
    _ = try await caller.send(-1_000_000)
    try await read()
    #expect(seen.last?.id == -1_000_000 && seen.count == 2501)
    #expect(try lines(try await caller.get("/fake/calls")).count == 1000)
    #expect(try lines(try await caller.get("/fake/calls?after=9223372036854775807")).isEmpty)
    for wrong in ["limit=0", "limit=100001", "limit=x", "after=x", "after=-1"] {
      #expect(try await caller.get("/fake/calls?\(wrong)").status == 400)
    }
  }

  @Test func theTableFindsWhatItNoted() {
    var table = CallTable()
    let ids = (0..<50_000).map { Int64($0) &* 0x0101_0101_0101_0101 }
    for id in ids { _ = table.note(SendCall(id: id, phone: 1, text: []), at: 10) }
    let again = table.note(SendCall(id: ids[4711], phone: 2, text: [1]), at: 20)
    #expect(again == 4711)
    #expect(table.count == ids.count)
    #expect(ids.indices.allSatisfy { table.find(ids[$0]) == $0 })
    #expect(table.find(1) == nil)
    #expect(table[4711].calls == 2)
    #expect(table[4711].phone == 2)
    #expect([table[4711].firstArrival, table[4711].lastArrival] == [10, 20])
    #expect(MemoryLayout<CallRecord>.stride == 48)
  }

  @Test func theLastTextsAreKept() {
    var texts = Texts(keepsAll: false)
    var all = Texts(keepsAll: true)
    for id in 0..<Int64(Texts.recentLimit + 5) {
      texts.keep(SendCall(id: id, phone: 1, text: Array("\(id)".utf8)))
      all.keep(SendCall(id: id, phone: 1, text: Array("\(id)".utf8)))
    }
    texts.keep(SendCall(id: 100, phone: 1, text: Array("again".utf8)))
    #expect(texts.find(4) == nil)
    #expect(texts.find(5) == nil)
    #expect(texts.find(6) == Array("6".utf8))
    #expect(texts.find(100) == Array("again".utf8))
    #expect(all.find(0) == Array("0".utf8))
  }

  @Test func arrivalsAreWallClockTimes() async throws {
    #expect(ArrivalTime.text(1_767_323_045_000_006_999) == "2026-01-02T03:04:05.000006Z")
    let caller = Caller()
    #expect(try await caller.stats().firstArrival == nil)
    _ = try await caller.send(1)
    let first = try #require(try await caller.stats().firstArrival)
    _ = try await caller.send(2)
    let stats = try await caller.stats()
    #expect(stats.firstArrival == first)
    #expect(try #require(stats.lastArrival) >= first)
  }

  @Test func theTextsHashIsFNV1a() {
    #expect(CallView.hexadecimal(SendCall(id: 1, phone: 1, text: []).textHash) == "cbf29ce484222325")
    #expect(CallView.hexadecimal(SendCall(id: 1, phone: 1, text: Array("a".utf8)).textHash) == "af63dc4c8601ec8c")
    #expect(CallView.hexadecimal(SendCall(id: 1, phone: 1, text: Array("foobar".utf8)).textHash) == "85944171f73967e8")
  }

  @Test func resetForgetsAndOpenCallsDoNotCountAfterwards() async throws {
    let log = CallLog(keepsAllTexts: false)
    let place = log.open(SendCall(id: 1, phone: 1, text: []), at: 1)
    #expect(log.stats.inFlight == 1)
    log.reset()
    log.settle(place, .ok)
    #expect(log.stats.inFlight == 0)
    #expect(log.stats.accepted == 0)
    #expect(log.stats.calls == 0)
    #expect(log.find(1) == nil)
    let caller = Caller()
    _ = try await caller.send(1)
    #expect(try await caller.post("/fake/reset").status == 204)
    #expect(try await caller.stats().calls == 0)
  }
}

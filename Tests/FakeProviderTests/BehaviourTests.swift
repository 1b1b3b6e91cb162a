import FoundationEssentials
import HTTPServer
import Testing

@testable import FakeProvider

@Suite struct BehaviourTests {
  @Test(arguments: [
    (Answer.http400, 400), (.http401, 401), (.http404, 404), (.http409, 409), (.http500, 500), (.garbage, 200),
    (.wrongCode, 200), (.empty, 200),
  ]) func answersAsTold(_ answer: Answer, _ status: Int) async throws {
    let caller = Caller()
    #expect(try await caller.put(#"{"share": {"\#(answer.rawValue)": 1}}"#).status == 200)
    let response = try await caller.send(1)
    #expect(response.status == status)
    #expect(!response.text.contains(#""code":0"#))
    #expect(try await caller.stats().accepted == 0)
    #expect(try await caller.stats().byAnswer == [answer.rawValue: 1])
  }

  @Test(arguments: ["http_429", "http_503"]) func saysWhenToTryAgain(_ name: String) async throws {
    let caller = Caller()
    _ = try await caller.put(#"{"share": {"\#(name)": 1}, "retry_after_s": 17}"#)
    #expect(try await caller.send(1).headers["Retry-After"] == "17")
    _ = try await caller.put(#"{"share": {"\#(name)": 1}, "retry_after_s": 0}"#)
    #expect(try await caller.send(1).headers["Retry-After"] == nil)
  }

  @Test func sharesAreKeptAndTheSameInEveryRun() {
    var behaviour = Behaviour()
    behaviour.share = [.http500: 0.1, .slow: 0.05, .drop: 0.05]
    let answers = (0..<20_000).map { behaviour.answer(id: $0, attempt: 0) }
    let counts = Dictionary(grouping: answers) { $0 }.mapValues(\.count)
    #expect((1850...2150).contains(counts[.http500] ?? 0))
    #expect((850...1150).contains(counts[.slow] ?? 0))
    #expect((850...1150).contains(counts[.drop] ?? 0))
    #expect((0..<20_000).map { behaviour.answer(id: $0, attempt: 0) } == answers)
    // A retry is another draw, and so is another seed.
    #expect((0..<20_000).map { behaviour.answer(id: $0, attempt: 1) } != answers)
    behaviour.seed = 2
    #expect((0..<20_000).map { behaviour.answer(id: $0, attempt: 0) } != answers)
  }

  @Test func retriesAreDrawnByTheNumberOfEarlierCalls() async throws {
    let caller = Caller()
    _ = try await caller.put(#"{"share": {"http_500": 0.5}, "seed": 3}"#)
    var behaviour = Behaviour()
    behaviour.share = [.http500: 0.5]
    behaviour.seed = 3
    for attempt in 0..<20 {
      let expected = behaviour.answer(id: 9, attempt: attempt) == .ok ? 200 : 500
      #expect(try await caller.send(9).status == expected)
    }
  }

  @Test func delaysAddUp() {
    var behaviour = Behaviour()
    behaviour.latencyMs = 10
    behaviour.slowMs = 500
    #expect(behaviour.delay(.ok, id: 1, attempt: 0) == .milliseconds(10))
    #expect(behaviour.delay(.slow, id: 1, attempt: 0) == .milliseconds(510))
    #expect(behaviour.delay(.hang, id: 1, attempt: 0) == nil)
    behaviour.latencyJitterMs = 20
    let delays = (0..<1000).compactMap { behaviour.delay(.ok, id: $0, attempt: 0) }
    #expect(delays.allSatisfy { $0 >= .milliseconds(10) && $0 < .milliseconds(30) })
    #expect(Set(delays).count > 900)
    #expect(!behaviour.isPlain)
    #expect(Behaviour().isPlain)
  }

  @Test func isShownWithWhatResults() async throws {
    let caller = Caller()
    let shown = try await caller.put(#"{"share": {"slow": 0.25, "ok": 0.5}, "latency_ms": 5}"#).text
    let expected =
      #"{"latency_jitter_ms":0,"latency_ms":5,"retry_after_s":1,"seed":1,"share":{"ok":0.75,"slow":0.25},"slow_ms":3000}"#
    #expect(shown == expected)
    #expect(try await caller.get("/fake/behaviour").text == expected)
    _ = try await caller.put("{}")
    #expect(try await caller.get("/fake/behaviour").text.contains(#""share":{"ok":1}"#))
  }

  @Test(arguments: [
    (#"{"share": {"ok": 0.6, "slow": 0.5}}"#, "add up"), (#"{"share": {"nice": 0.1}}"#, "share.nice is not known"),
    (#"{"share": {"slow": -0.1}}"#, "share.slow must be"), (#"{"share": {"slow": "0.1"}}"#, "share.slow is not of"),
    (#"{"latency": 5}"#, "latency is not known"), (#"{"latency_ms": -5}"#, "latency_ms must be"),
    (#"{"latency_ms": "5"}"#, "latency_ms is not of"), (#"{"slow_ms": 600001}"#, "slow_ms must be"), ("[]", "the body"),
    ("{", "the body"), ("", "the body"),
  ]) func mistakesAreToldAndChangeNothing(_ body: String, _ words: String) async throws {
    let caller = Caller()
    let response = try await caller.put(body)
    #expect(response.status == 400)
    #expect(response.text.contains(words), "\(response.text)")
    #expect(caller.api.behaviour.value == Behaviour())
  }
}

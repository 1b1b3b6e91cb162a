import Dispatch
import FoundationEssentials
import Glibc
import Testing

@testable import Service

@Suite struct LogTests {
  private let sink = MemorySink()
  private let clock = ManualWallClock(Date(timeIntervalSince1970: 1_738_314_000.123_456))

  private func log(_ level: LogLevel = .info) -> Log {
    Log(service: "sender", instance: "host-1-abc", level: level, sink: sink, clock: clock)
  }

  @Test func writesOneLineOfJSON() {
    log().with(.mailoutID(5), .batchID(77)).warning(
      "call failed",
      [
        .messageID(9), .customerID(-3), .traceID("4bf92f"), .field("provider", "fake"),
        .field("took_seconds", Duration.milliseconds(250)),
        .field("ratio", 0.5), .field("again", true), .field("big", UInt64.max), .field("odd", Double.nan),
      ])
    #expect(
      sink.lines == [
        #"{"time":"2025-01-31T09:00:00.123456Z","level":"warning","service":"sender","instance":"host-1-abc","#
          + #""message":"call failed","mailout_id":5,"batch_id":77,"message_id":9,"customer_id":-3,"trace_id":"4bf92f","#
          + #""provider":"fake","took_seconds":0.25,"ratio":0.5,"again":true,"big":9223372036854775807,"odd":"nan"}"#
          + "\n"
      ])
  }

  @Test func escapesWhatCouldEndTheLineOrSteerATerminal() throws {
    let text = "a\"b\\c\nd\re\tf\u{0}g\u{1b}[31mh\u{7f}i\u{9b}j é 🙂 \u{2028}"
    log().error("x", [.field("k\"", text)])
    let line = try #require(sink.lines.first)
    #expect(
      line.hasSuffix(
        #""k\"":"a\"b\\c\nd\re\tf\u0000g\u001b[31mh\u007fi\u009bj é 🙂 "# + "\u{2028}\"}\n"))
    let read = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
    #expect(read["k\""] == text)
  }

  @Test func cutsLongTextsBetweenCharacters() throws {
    log().info("x", [.field("body", String(repeating: "é", count: 5000) + "!")])
    log().info("x", [.field("body", "a" + String(repeating: "é", count: 5000))])
    for line in sink.lines {
      let body = try #require(try JSONDecoder().decode([String: String].self, from: Data(line.utf8))["body"])
      #expect(body.hasSuffix("é…"))
      #expect((8192...8196).contains(body.utf8.count))
    }
  }

  @Test func fieldsCannotTakeTheLinesOwnNames() throws {
    log().info("x", [.field("time", "noon"), .field("message", "y")])
    #expect(sink.lines.first?.contains(#""message":"x","time_":"noon","message_":"y"}"#) == true)
  }

  @Test func belowTheLevelNothingIsComputed() {
    var computed = 0
    func cost() -> String {
      computed += 1
      return "x"
    }
    let log = log(.warning)
    log.debug(cost(), [.field("a", cost())])
    log.info(cost(), [.field("a", cost())])
    #expect(computed == 0 && sink.lines.isEmpty)
    log.warning(cost(), [.field("a", cost())])
    log.error(cost())
    #expect(computed == 3 && sink.lines.count == 2)
    #expect(log.isEnabled(.error) && !log.isEnabled(.info))
  }

  @Test func aLineIsOneWrite() throws {
    // In packet mode (O_DIRECT, which Glibc does not show) a pipe keeps writes apart.
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    try #require(fcntl(ends[1], F_SETFL, 0o40000) == 0)
    let log = Log(service: "s", instance: "i", sink: DescriptorSink(descriptor: ends[1]), clock: clock)
    log.info("first", [.field("text", String(repeating: "x", count: 3000))])
    log.info("second")
    var buffer = [UInt8](repeating: 0, count: 8192)
    for word in ["first", "second"] {
      let count = read(ends[0], &buffer, buffer.count)
      let line = String(decoding: buffer[..<count], as: UTF8.self)
      #expect(line.hasPrefix("{") && line.hasSuffix("}\n") && line.contains(word))
    }
  }

  @Test func aSlowReaderLosesNothing() throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    let (writer, reader) = (ends[1], ends[0])
    // Not on the cooperative pool: both ends block.
    DispatchQueue.global().async {
      DescriptorSink(descriptor: writer).write(line)
      close(writer)
    }
    var total = 0
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(reader, &buffer, buffer.count), count > 0 { total += count }
    #expect(total == line.count)
  }
}

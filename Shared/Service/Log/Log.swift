import Contracts
import FoundationEssentials

/// Writes JSON lines: `time` (RFC 3339, UTC, microseconds), `level`, `service`, `instance`, `message`, then fields.
///
/// A value to be passed around: `with` gives one that adds fields to every line. Below the level nothing is
/// computed, neither message nor fields.
public struct Log: Sendable {
  private let output: Output
  /// `,"key":value` of every bound field.
  private let context: [UInt8]

  private final class Output: Sendable {
    let level: LogLevel
    let sink: any LogSink
    let clock: any WallClock
    /// `","service":"…","instance":"…","message":`
    let names: [UInt8]

    init(level: LogLevel, sink: any LogSink, clock: any WallClock, names: [UInt8]) {
      self.level = level
      self.sink = sink
      self.clock = clock
      self.names = names
    }
  }

  public init(
    service: String, instance: String, level: LogLevel = .info, sink: any LogSink = DescriptorSink.standardOutput,
    clock: any WallClock = SystemWallClock()
  ) {
    var names = LogLine(capacity: 128)
    names.append(raw: "\",\"service\":")
    names.append(text: service)
    names.append(raw: ",\"instance\":")
    names.append(text: instance)
    names.append(raw: ",\"message\":")
    output = Output(level: level, sink: sink, clock: clock, names: names.bytes)
    context = []
  }

  private init(output: Output, context: [UInt8]) {
    self.output = output
    self.context = context
  }

  /// A log that adds these fields to every line. A field bound twice appears twice.
  public func with(_ fields: LogField...) -> Log {
    var line = LogLine(capacity: context.count + 64)
    line.append(raw: context)
    for field in fields { line.append(field) }
    return Log(output: output, context: line.bytes)
  }

  /// Whether a line of this level is written.
  public func isEnabled(_ level: LogLevel) -> Bool { level >= output.level }

  public func debug(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> [LogField] = []) {
    if isEnabled(.debug) { write(.debug, message(), fields()) }
  }

  public func info(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> [LogField] = []) {
    if isEnabled(.info) { write(.info, message(), fields()) }
  }

  public func warning(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> [LogField] = []) {
    if isEnabled(.warning) { write(.warning, message(), fields()) }
  }

  public func error(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> [LogField] = []) {
    if isEnabled(.error) { write(.error, message(), fields()) }
  }

  private func write(_ level: LogLevel, _ message: String, _ fields: [LogField]) {
    var time: [UInt8] = []
    time.reserveCapacity(27)
    Timestamp.append(microseconds: Timestamp.microseconds(output.clock.now), to: &time)
    var line = LogLine()
    line.append(raw: "{\"time\":\"")
    line.append(raw: time)
    line.append(raw: "\",\"level\":\"")
    line.append(raw: Array(level.rawValue.utf8))
    line.append(raw: output.names)
    line.append(text: message)
    line.append(raw: context)
    for field in fields { line.append(field) }
    line.append(raw: "}\n")
    output.sink.write(line.bytes)
  }
}

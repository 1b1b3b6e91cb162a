import Service
import Synchronization

/// Keeps log lines for a test to read.
final class MemorySink: LogSink {
  private let kept = Mutex<[String]>([])

  func write(_ line: [UInt8]) {
    kept.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
  }

  var lines: [String] { kept.withLock { $0 } }
}

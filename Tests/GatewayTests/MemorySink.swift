import Contracts
import Service
import Synchronization

/// Log lines in memory.
final class MemorySink: LogSink {
  private let bytes = Mutex<[[UInt8]]>([])

  func write(_ line: [UInt8]) { bytes.withLock { $0.append(line) } }

  var lines: [JSON] { bytes.withLock { $0 }.compactMap { try? JSON.parse($0) } }
}

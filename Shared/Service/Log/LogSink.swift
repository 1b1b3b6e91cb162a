internal import Glibc
import Synchronization

/// Where log lines go.
public protocol LogSink: Sendable {
  /// Takes one whole line with its line end.
  func write(_ line: [UInt8])
}

/// A descriptor as log sink: each line in one `write`, one thread after the other, so that lines never mix.
public final class DescriptorSink: LogSink {
  public static let standardOutput = DescriptorSink(descriptor: STDOUT_FILENO)
  public static let standardError = DescriptorSink(descriptor: STDERR_FILENO)
  private let descriptor: Mutex<Int32>

  /// The descriptor stays the caller's to close.
  public init(descriptor: Int32) {
    self.descriptor = Mutex(descriptor)
  }

  /// Blocks while the reader is slow; a line that cannot be written is lost, as nobody could be told.
  public func write(_ line: [UInt8]) {
    descriptor.withLock { descriptor in
      line.withUnsafeBytes { bytes in
        var rest = bytes[...]
        while !rest.isEmpty {
          let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
          if count >= 0 {
            rest = rest.dropFirst(count)
          } else if errno == EAGAIN {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&waiting, 1, -1)
          } else if errno != EINTR {
            return
          }
        }
      }
    }
  }
}

internal import Glibc

/// A scheme, host and port with the calls to it: those in flight, up to a limit, and those that wait their turn.
final class Origin {
  /// As in the URL, without user and password.
  let name: String
  private let bytes: [UInt8]
  private let limit: Int
  private(set) var active = 0
  private var waiting: [Call] = []
  private var head = 0

  init(name: String, limit: Int) {
    self.name = name
    bytes = Array(name.utf8)
    self.limit = limit
  }

  /// Whether these are the two parts of the name.
  func matches(_ scheme: Slice<UnsafeBufferPointer<UInt8>>, _ host: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard bytes.count == scheme.count + host.count else { return false }
    return bytes.withUnsafeBytes { bytes in
      memcmp(bytes.baseAddress!, scheme.base.baseAddress!, scheme.count) == 0
        && memcmp(bytes.baseAddress! + scheme.count, host.base.baseAddress! + host.startIndex, host.count) == 0
    }
  }

  var isIdle: Bool { active == 0 && head == waiting.count }

  /// Whether the call may start now; otherwise it is queued.
  func admit(_ call: Call) -> Bool {
    guard active < limit else {
      waiting.append(call)
      return false
    }
    active += 1
    return true
  }

  /// Gives back one place, to the first waiting call that still wants it.
  func leave() -> Call? {
    while head < waiting.count {
      let call = waiting[head]
      head += 1
      if head == waiting.count || head > 1024 {
        waiting.removeFirst(head)
        head = 0
      }
      if call.receiver != nil { return call }
    }
    active -= 1
    return nil
  }

  /// Empties the queue.
  func takeWaiting() -> [Call] {
    defer {
      waiting = []
      head = 0
    }
    return waiting[head...].filter { $0.receiver != nil }
  }
}

import EventLoop
import Glibc
import Synchronization

/// A pipe; closed with the object.
final class Pipe: Sendable {
  let reading: Int32
  let writing: Int32

  init() {
    var ends: [Int32] = [0, 0]
    precondition(pipe(&ends) == 0)
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    close(reading)
    close(writing)
  }

  func write(_ count: Int = 1) {
    let bytes = [UInt8](repeating: 1, count: count)
    precondition(Glibc.write(writing, bytes, count) == count)
  }

  /// Takes one byte.
  func read() {
    var byte: UInt8 = 0
    precondition(Glibc.read(reading, &byte, 1) == 1)
  }
}

extension EventLoop {
  /// What `body` makes on the loop.
  func call<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      execute { continuation.resume(returning: body()) }
    }
  }
}

/// A list that grows from any thread; `wait` returns it once it is long enough.
final class Record<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var waiting: [(count: Int, continuation: CheckedContinuation<[Element], Never>)] = []
  }

  private let state = Mutex(State())

  var elements: [Element] { state.withLock { $0.elements } }

  func add(_ element: Element) {
    state.withLock { state in
      state.elements.append(element)
      for waiter in state.waiting where state.elements.count >= waiter.count {
        waiter.continuation.resume(returning: state.elements)
      }
      state.waiting.removeAll { state.elements.count >= $0.count }
    }
  }

  func wait(_ count: Int) async -> [Element] {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        if state.elements.count >= count {
          continuation.resume(returning: state.elements)
        } else {
          state.waiting.append((count, continuation))
        }
      }
    }
  }
}

/// Records its own end.
final class Canary: Sendable {
  private let record: Record<Void>
  init(_ record: Record<Void>) { self.record = record }
  deinit { record.add(()) }
}

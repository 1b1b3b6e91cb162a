/// So many at once; the others wait, in the order in which they came.
actor Places {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { free = count }

  /// Waits for a place, which is to be left again.
  func take() async {
    await withCheckedContinuation { continuation in
      // Asked here, where nobody leaves in between: see `EventLoop.enqueue`.
      guard free == 0 else {
        free -= 1
        return continuation.resume()
      }
      waiting.append(continuation)
    }
  }

  func leave() {
    if waiting.isEmpty {
      free += 1
    } else {
      waiting.removeFirst().resume()
    }
  }
}

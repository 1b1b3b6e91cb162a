import Synchronization

/// What has happened, in order.
final class Recorder: Sendable {
  private let kept = Mutex<[String]>([])

  func note(_ event: String) {
    kept.withLock { $0.append(event) }
  }

  var events: [String] { kept.withLock { $0 } }
}

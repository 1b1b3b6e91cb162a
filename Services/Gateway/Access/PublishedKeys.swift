import Synchronization

/// The key set as JSON, readable from anywhere; nil until the first has come.
final class PublishedKeys: Sendable {
  private let value = Mutex<[UInt8]?>(nil)

  var jwks: [UInt8]? {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}

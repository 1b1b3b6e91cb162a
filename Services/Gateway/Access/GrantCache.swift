import Synchronization

/// Grants by the claims they were read from, so that a token in use is not decoded for every request.
/// The claims have been verified by then: an entry can never let in anybody the verifier refuses.
final class GrantCache: Sendable {
  private let capacity: Int
  private let grants = Mutex<[[UInt8]: Grant]>([:])

  init(capacity: Int = 1024) { self.capacity = capacity }

  func grant(for claims: [UInt8]) -> Grant? {
    if let known = grants.withLock({ $0[claims] }) { return known }
    guard let grant = Grant(claims: claims) else { return nil }
    grants.withLock { grants in
      if grants.count >= capacity { grants.removeAll(keepingCapacity: true) }
      grants[claims] = grant
    }
    return grant
  }
}

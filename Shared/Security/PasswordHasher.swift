internal import CSodium
import EventLoop
import Synchronization

/// Hashes passwords with Argon2id on threads of its own, so that a log-in never holds up the cooperative pool.
///
/// At most `threads` hashes run at once (each takes `cost.memoryBytes`), and at most `maxWaiting` wait; more are
/// refused as `.busy`, which bounds what a flood of log-ins can take.
public final class PasswordHasher: Sendable {
  /// Longer passwords are refused by `hash` and match nothing.
  public static let maximumBytes = 1024

  private let cost: PasswordCost
  let workers: [PasswordWorker]
  private let maximumPending: Int
  private let pending = Atomic<Int>(0)
  private let turn = Atomic<Int>(0)
  /// A hash nobody's password has, to spend the same time on unknown users.
  private let decoy: Mutex<String?> = Mutex(nil)

  public init(threads: Int = 1, maxWaiting: Int = 64, cost: PasswordCost = .interactive) {
    _ = Sodium.ready
    self.cost = cost
    workers = (0..<max(1, threads)).map { PasswordWorker(name: "password-\($0)") }
    maximumPending = workers.count + max(0, maxWaiting)
  }

  deinit {
    for worker in workers { worker.loop.stop() }
  }

  /// How many passwords are being hashed or wait for it; for a gauge.
  public var pendingCount: Int { pending.load(ordering: .relaxed) }

  /// A self-contained hash to store: `$argon2id$v=19$m=65536,t=2,p=1$salt$hash`.
  /// - Throws: `.passwordTooLong`, `.busy`, `.library` where memory is short.
  public func hash(_ password: String) async throws(SecurityError) -> String {
    guard password.utf8.count <= Self.maximumBytes else {
      throw SecurityError(.passwordTooLong, "a password has at most \(Self.maximumBytes) bytes")
    }
    let worker = try take()
    defer { pending.subtract(1, ordering: .relaxed) }
    return try await worker.hash(password, cost)
  }

  /// Whether the password is the one of `stored`. With nil (no such user) it takes as long and is false, so that
  /// the time does not tell who has an account.
  /// - Throws: `.busy`, `.library` where memory is short.
  public func verify(_ password: String, against stored: String?) async throws(SecurityError) -> Bool {
    let known: String
    if let stored { known = stored } else { known = try await decoyHash() }
    guard password.utf8.count <= Self.maximumBytes else { return false }
    let worker = try take()
    defer { pending.subtract(1, ordering: .relaxed) }
    let matches = await worker.verify(password, known)
    return matches && stored != nil
  }

  /// Whether a stored hash was made at another cost and should be made anew at the next log-in.
  public func needsRehash(_ stored: String) -> Bool {
    crypto_pwhash_str_needs_rehash(stored, UInt64(cost.operations), cost.memoryBytes) != 0
  }

  private func take() throws(SecurityError) -> PasswordWorker {
    guard pending.add(1, ordering: .relaxed).newValue <= maximumPending else {
      pending.subtract(1, ordering: .relaxed)
      throw SecurityError(.busy, "too many passwords wait to be checked")
    }
    return workers[turn.wrappingAdd(1, ordering: .relaxed).oldValue & Int.max % workers.count]
  }

  private func decoyHash() async throws(SecurityError) -> String {
    if let made = decoy.withLock({ $0 }) { return made }
    let made = try await hash(SecureRandom.token())
    decoy.withLock { $0 = made }
    return made
  }
}

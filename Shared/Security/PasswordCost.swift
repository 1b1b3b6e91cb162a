internal import CSodium

/// What one Argon2id hash costs; kept in the hash itself, so that it may be raised later (`needsRehash`).
public struct PasswordCost: Sendable {
  /// Passes over the memory.
  public let operations: Int
  /// Memory one hash needs while it runs.
  public let memoryBytes: Int

  public init(operations: Int, memoryBytes: Int) {
    self.operations = operations
    self.memoryBytes = memoryBytes
  }

  /// 64 MB and about 100 ms: for log-ins.
  public static let interactive = PasswordCost(
    operations: Int(crypto_pwhash_OPSLIMIT_INTERACTIVE), memoryBytes: Int(crypto_pwhash_MEMLIMIT_INTERACTIVE))

  /// The least Argon2id takes: for tests.
  public static let minimum = PasswordCost(
    operations: Int(crypto_pwhash_OPSLIMIT_MIN), memoryBytes: Int(crypto_pwhash_MEMLIMIT_MIN))
}

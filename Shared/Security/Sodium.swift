internal import CSodium

/// libsodium, made ready once. Its functions used here keep no state and may be called from any thread afterwards.
enum Sodium {
  /// Touch it before any call. Without a source of random numbers nothing here may go on.
  static let ready: Void = precondition(sodium_init() >= 0, "libsodium found no source of random numbers")
}

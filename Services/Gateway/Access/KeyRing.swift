import Contracts
import Messaging
import Security

/// The public keys that tokens are verified with, as the customer service has them: fetched at the start, every
/// minute, and when a token names a key that is not among them.
actor KeyRing {
  static let interval = Duration.seconds(60)
  /// How often unknown keys may make us ask, so that forged tokens cannot flood the customer service.
  static let minimumPause = Duration.seconds(5)
  /// The same while there are no keys at all.
  static let startPause = Duration.milliseconds(500)
  static let timeout = Duration.seconds(5)

  nonisolated let verifier: TokenVerifier
  private nonisolated let published = PublishedKeys()
  private let operations: any OperationCalling
  private let now: @Sendable () -> ContinuousClock.Instant
  private var lastAnswer: ContinuousClock.Instant?
  private var isAsking = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  init(
    operations: any OperationCalling, rules: TokenRules,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.operations = operations
    self.now = now
    verifier = TokenVerifier(keys: KeySet([]), rules: rules)
  }

  /// The key set as JSON, for `/.well-known/jwks.json`; nil until the first has come.
  nonisolated var jwks: [UInt8]? { published.jwks }

  /// Whether there are keys, so that tokens can be told apart at all.
  nonisolated var isLoaded: Bool { jwks != nil }

  /// Fetches the keys until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      await ask()
      try? await Task.sleep(for: isLoaded ? Self.interval : Self.startPause)
    }
  }

  /// Asks for the keys, unless that was done a moment ago. Returns when they are there, or could not be had.
  func refresh() async {
    if !isAsking, let lastAnswer {
      let pause = isLoaded ? Self.minimumPause : Self.startPause
      if now() - lastAnswer < pause { return }
    }
    await ask()
  }

  /// One question for all who ask at the same time.
  private func ask() async {
    if isAsking {
      await withCheckedContinuation { waiters.append($0) }
      return
    }
    isAsking = true
    await fetch()
    isAsking = false
    lastAnswer = now()
    for waiter in waiters { waiter.resume() }
    waiters = []
  }

  /// Keeps the keys it has when there is no answer.
  private func fetch() async {
    guard
      let reply = try? await operations.call(
        .tokenKeys, data: Array("{}".utf8), as: .gateway(), idempotencyKey: nil, timeout: Self.timeout),
      reply.body != jwks, let keys = try? KeySet(jwks: reply.body)
    else { return }
    verifier.replaceKeys(keys)
    published.jwks = reply.body
  }
}

/// How many calls are under way at once: as many as the operator allows while the provider is as quick as it used to be,
/// fewer while it slows, and back. After the gradient limits of Netflix; no clock of its own.
struct ConcurrencyLimit: Sendable {
  /// What is faster needs no care: a few milliseconds more or less are our own noise.
  static let alwaysFine: Duration = .milliseconds(50)
  private static let period: Duration = .milliseconds(250)
  private static let minimumCalls = 10
  /// So much slower than usual is still usual.
  private static let tolerance = 2.0

  var maximum: Int { didSet { limit = min(limit, Double(maximum)) } }
  private var limit: Double
  /// The usual latency, in seconds.
  private var usual: Double?
  private var since: ContinuousClock.Instant
  private var calls = 0
  private var total: Duration = .zero
  private var refused = 0
  private var busiest = 0

  init(maximum: Int, now: ContinuousClock.Instant) {
    self.maximum = maximum
    limit = Double(maximum)
    since = now
  }

  /// 1…maximum
  var value: Int { max(1, Int(limit)) }

  /// - Parameters:
  ///   - refused: the provider asked for less, or failed.
  ///   - underWay: calls under way when this one ended, itself included.
  mutating func ended(after latency: Duration, refused isRefused: Bool, underWay: Int, at now: ContinuousClock.Instant)
  {
    calls += 1
    total += latency
    if isRefused { refused += 1 }
    busiest = max(busiest, underWay)
    // At a small limit a slow provider answers few calls in a period.
    guard now - since >= Self.period, calls >= min(Self.minimumCalls, value) else { return }
    adapt()
    since = now
    (calls, total, refused, busiest) = (0, .zero, 0, 0)
  }

  private mutating func adapt() {
    let present = (total / calls) / .seconds(1)
    let usual = self.usual ?? present
    // Slower is believed slowly, faster at once.
    self.usual = usual > 2 * present ? usual * 0.95 : usual + (present - usual) * 0.01
    let isFast = present <= Self.alwaysFine / .seconds(1)
    var gradient = isFast ? 1 : min(1, max(0.5, Self.tolerance * usual / present))
    if Double(refused) > 0.1 * Double(calls) { gradient = min(gradient, 0.7) }
    // More is tried only where there was need of all there is.
    if gradient == 1 && Double(busiest) < limit / 2 { return }
    let wanted = limit * gradient + limit.squareRoot()
    limit = min(Double(maximum), max(1, (limit + wanted) / 2))
  }
}

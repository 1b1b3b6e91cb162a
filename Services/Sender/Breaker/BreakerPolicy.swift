/// When a provider is given a rest, and how it is tried again.
struct BreakerPolicy: Sendable, Equatable {
  /// Calls that ended so long ago are forgotten.
  var window: Duration = .seconds(10)
  /// The share of failed calls in the window that opens.
  var failureRate = 0.5
  /// A call that takes longer is slow, whether it has ended or not.
  var slow: Duration = .seconds(2)
  /// The share of slow calls in the window that opens.
  var slowRate = 0.8
  /// No share counts before so many calls.
  var minimumCalls = 20
  /// How long it stays open, up to a quarter more or less.
  var openFor: Duration = .seconds(3)
  /// Calls that try whether it is back.
  var probes = 5
  /// Without a success for so long, under load all the time, a hang needs no share.
  static let stall: Duration = .seconds(3)
  /// A rest shorter than this does not end a time of load.
  static let breath: Duration = .milliseconds(250)

  /// - Parameter asked: what the provider asked for (Retry-After); held within ten minutes.
  func openTime(asked: Duration?, using random: inout some RandomNumberGenerator) -> Duration {
    max(openFor * Double.random(in: 0.75...1.25, using: &random), min(asked ?? .zero, .seconds(600)))
  }
}

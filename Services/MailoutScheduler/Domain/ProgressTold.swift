/// What was last told of how far a mailout is (`mailout.progressed`): when, or when it began to be driven, and how many
/// were issued then.
struct ProgressTold: Sendable, Equatable {
  /// From one word to the next. Of a mailout that is over before the first, its end is word enough.
  static let pause: Duration = .seconds(2)

  var at: ContinuousClock.Instant
  var issued: Int64 = 0

  /// Whether the next word is due: there is something new to tell, and the pause is over.
  func isDue(issued: Int64, now: ContinuousClock.Instant, pause: Duration) -> Bool {
    at + pause <= now && issued != self.issued
  }
}

/// How much work of one provider may be issued and unsettled at once: what is in the middle of its calls, and about a
/// second of its present rate beside it, so that pause, cancel and a small urgent mailout take effect at once.
///
/// A message counts as out until its whole batch is settled, and that takes as long as the batch's calls do: a bare
/// second of the rate would let a provider whose batches take longer fall ever further, each window measured through the
/// one before it. So the window is the rate times one second more than a batch is being called. As long as less than a
/// second of work waits for its calls it grows, by itself and in proportion, and after a dip it is soon where it was.
struct IssueWindow: Sendable, Equatable {
  /// Before anything is known of a provider.
  static let initial = 1_000
  static let range = 1...50_000
  /// For a provider whose circuit is half open: enough to see whether it is well.
  static let trickle = 20
  /// Seconds of work that wait for their calls.
  private static let ahead = 1.0
  /// The longest that a batch is believed to be called, and that a rate is measured over; in seconds.
  private static let longest = 30.0
  private static let interval: Duration = .milliseconds(200)
  private static let most = 300
  /// What is believed at most of a provider that has only been seen to call a batch, in messages a second.
  private static let seen = 10_000.0

  /// One reading of the provider's state.
  struct Reading: Sendable, Equatable {
    var at: ContinuousClock.Instant
    /// Messages settled since ever.
    var settled: Int64
    /// How long batches were being called since ever, each as often as it has messages; in milliseconds.
    var calling: Int64 = 0
    /// Batches settled since ever.
    var batches: Int64 = 0
    /// Messages issued and not settled.
    var outstanding: Int64
  }

  /// Since work began, the oldest first, as far back as a rate is measured over.
  private var readings: [Reading] = []
  /// Messages a second; nil while unknown.
  private(set) var rate: Double?
  /// How long a batch is being called, from its first call to its last answer; in seconds.
  private(set) var calling = 0.0
  /// When it was last noticed that nothing is settled.
  private var stalled: ContinuousClock.Instant?

  init() {}

  /// Messages that may be out at once.
  /// - Parameters:
  ///   - limit: the provider's own, calls a second.
  ///   - isProbing: whether its circuit is half open.
  func size(limit: Int?, isProbing: Bool) -> Int {
    let limit = Double(limit ?? Self.range.upperBound)
    let size = rate.map { min($0, limit) * (Self.ahead + calling) } ?? min(Double(Self.initial), limit)
    let upper = isProbing ? Self.trickle : Self.range.upperBound
    return Int(min(max(size.rounded(), Double(Self.range.lowerBound)), Double(upper)))
  }

  /// Messages of one batch at most: a quarter of a second of the rate, so that several senders have several each.
  var batch: Int { max(1, Int(min(rate ?? Double(Self.initial), 1_000_000) / 4)) }

  /// Batches are called in order. One that later ones have overtaken by more than this hangs with a sender that is gone
  /// or cut off: the others are not to starve for it.
  var grace: Duration { .seconds(3 + 2 * calling) }

  /// What counts as out: what has been overtaken does not, up to as much as the window again.
  func counted(outstanding: Int, overtaken: Int, limit: Int?) -> Int {
    outstanding - min(overtaken, size(limit: limit, isProbing: false))
  }

  /// The rate counts only while there was work at both ends of the interval: an idle provider is not a slow one. And it
  /// falls only while the window was what held work back.
  mutating func measure(_ reading: Reading) {
    guard let last = readings.last else {
      readings = [reading]
      return
    }
    let pause = last.at.duration(to: reading.at)
    guard pause >= Self.interval else { return }
    if last.outstanding == 0 && reading.outstanding == 0 {
      // Kept as it is until then, so that the pause is seen to its end.
      let isLong = pause > .seconds(10)
      if isLong { rest() }
      learn(from: last, reading)
      readings = [isLong ? reading : last]
      return
    }
    // Counting begins when there is something to count.
    if last.outstanding == 0 && last.settled == reading.settled {
      readings = [reading]
      return
    }
    let new = reading.settled - last.settled
    let recent = new > 0 ? Self.mean(reading.calling - last.calling, new) : calling
    readings.append(reading)
    readings.removeAll { $0.at.duration(to: reading.at) > .seconds(Self.longest) && $0.settled < last.settled }
    // Nothing is settled for minutes: since when is all that is needed.
    if readings.count > Self.most { readings.remove(at: 1) }
    update(from: start(of: 1.5 * recent, to: reading), to: reading)
  }

  private mutating func update(from start: Reading, to reading: Reading) {
    let elapsed = start.at.duration(to: reading.at) / .seconds(1)
    let settled = reading.settled - start.settled
    guard settled > 0 else { return stall(at: reading) }
    calling = Self.mean(reading.calling - start.calling, settled)
    let measured = Double(settled) / elapsed
    // Nobody knows when the work began, so it was at least as fast as that.
    guard start.outstanding > 0 else {
      learn(from: start, reading)
      return take(max(measured, rate ?? Double(Self.initial)), reading)
    }
    take(measured, reading)
  }

  /// The longer ago it was that a provider was so fast, the less of it is believed.
  private mutating func rest() {
    rate = rate.flatMap { $0 / 2 > Double(Self.initial) ? $0 / 2 : nil }
  }

  /// A slow provider settles now and then: nothing for a moment says nothing.
  private mutating func stall(at reading: Reading) {
    let last = readings.first { $0.settled == reading.settled } ?? reading
    guard max(last.at, stalled ?? last.at).duration(to: reading.at) >= .seconds(3 + calling) else { return }
    stalled = reading.at
    take(0, reading)
  }

  private mutating func take(_ measured: Double, _ reading: Reading) {
    let isFull = reading.outstanding * 2 >= Int64(size(limit: nil, isProbing: false))
    // Up at once, down slowly: a short stall is no reason to starve the senders.
    if isFull || measured > rate ?? .infinity { rate = max(measured, (rate ?? 0) * 0.7) }
  }

  /// The youngest reading that is so long ago, else the oldest; or the one since which nothing had been settled.
  private func start(of seconds: Double, to reading: Reading) -> Reading {
    let span = Duration.seconds(min(seconds, Self.longest))
    let earlier = readings.dropLast()
    let long = earlier.last { $0.at.duration(to: reading.at) >= span } ?? readings[0]
    guard let last = earlier.last, last.settled < reading.settled,
      let quiet = earlier.first(where: { $0.settled == last.settled })
    else { return long }
    return quiet.at < long.at ? quiet : long
  }

  /// How fast batches were called between two readings says something as well: a small mailout has come and gone before
  /// anybody could look how many a second are settled. A provider is at least as fast, and no slower than a stranger.
  private mutating func learn(from earlier: Reading, _ later: Reading) {
    let (messages, batches) = (later.settled - earlier.settled, later.batches - earlier.batches)
    let calling = later.calling - earlier.calling
    guard batches > 0, calling > 0 else { return }
    let pace = Double(messages) / Double(batches) / Self.mean(calling, messages)
    if pace > Double(Self.initial) { rate = max(min(pace, Self.seen), rate ?? 0) }
  }

  private static func mean(_ milliseconds: Int64, _ count: Int64) -> Double {
    min(longest, max(0, Double(milliseconds) / 1000 / Double(count)))
  }
}

import Contracts

@testable import MailoutScheduler

/// Senders and their provider as the issue window meets them, in steps of ten milliseconds of no real time: whole batches
/// go out, their messages are called in order, so many at once, and a batch is settled a moment after its last answer.
struct SimulatedDelivery {
  struct Batch {
    let count: Int
    let issued: Double
    var left: Int
    var firstCall: Double?
  }

  struct Sender {
    /// The batches of messages that wait for their calls.
    var queue: [Int] = []
    /// Calls under way: when they end, and whose they are.
    var calls: [(end: Double, batch: Int)] = []
  }

  private static let step = 0.01
  /// From a batch's last answer until the scheduler knows.
  private static let settling = 0.03

  let concurrency: Int
  let limit: Int?
  /// How long a call that starts then takes.
  let latency: (Double) -> Double
  /// Whether a sender stands still then.
  let isFrozen: (Int, Double) -> Bool

  private(set) var window = IssueWindow()
  private(set) var now = 0.0
  /// When each message was answered.
  private(set) var answered: [Double] = []
  /// For each call, when it started and how long its message had been out.
  private(set) var waits: [(at: Double, wait: Double)] = []
  private(set) var outstanding = 0

  private let origin = ContinuousClock.now
  private var senders: [Sender]
  private var batches: [Int: Batch] = [:]
  private var settling: [(at: Double, batch: Int)] = []
  private var issued = 0
  private var settled: Int64 = 0
  private var calling = 0.0
  private var youngest = 0.0

  init(
    senders: Int = 1, concurrency: Int = 64, limit: Int? = nil,
    isFrozen: @escaping (Int, Double) -> Bool = { _, _ in false }, latency: @escaping (Double) -> Double
  ) {
    self.senders = Array(repeating: Sender(), count: senders)
    self.concurrency = concurrency
    self.limit = limit
    self.isFrozen = isFrozen
    self.latency = latency
  }

  mutating func run(seconds: Double) {
    var steps = 0
    while now < seconds {
      for index in senders.indices where !isFrozen(index, now) { call(index) }
      let isChanged = settle()
      // The driver looks again when a batch is settled, and every 50 ms.
      if isChanged || steps % 5 == 0 { issue() }
      steps += 1
      now = Double(steps) * Self.step
    }
  }

  /// Messages answered a second in a stretch of time.
  func rate(_ stretch: Range<Double>) -> Double {
    Double(answered.count { stretch.contains($0) }) / (stretch.upperBound - stretch.lowerBound)
  }

  /// The median of how long messages waited for their calls in a stretch of time.
  func wait(_ stretch: Range<Double>) -> Double {
    let found = waits.filter { stretch.contains($0.at) }.map(\.wait).sorted()
    return found.isEmpty ? 0 : found[found.count / 2]
  }

  private mutating func call(_ index: Int) {
    for call in senders[index].calls where call.end <= now {
      answered.append(now)
      batches[call.batch]?.left -= 1
      if batches[call.batch]?.left == 0 { settling.append((now + Self.settling, call.batch)) }
    }
    senders[index].calls.removeAll { $0.end <= now }
    let free = min(concurrency - senders[index].calls.count, senders[index].queue.count)
    for id in senders[index].queue.prefix(free) {
      waits.append((now, now - (batches[id]?.issued ?? now)))
      if let batch = batches[id], batch.firstCall == nil { batches[id]?.firstCall = now }
      senders[index].calls.append((now + latency(now), id))
    }
    senders[index].queue.removeFirst(free)
  }

  private mutating func settle() -> Bool {
    let due = settling.filter { $0.at <= now }
    settling.removeAll { $0.at <= now }
    for (at, id) in due {
      guard let batch = batches.removeValue(forKey: id) else { continue }
      outstanding -= batch.count
      settled += Int64(batch.count)
      calling += Double(batch.count) * (at - Self.settling - (batch.firstCall ?? at))
      youngest = max(youngest, batch.issued)
    }
    return !due.isEmpty
  }

  /// As `Pace` does, with a mailout that has no end.
  private mutating func issue() {
    while true {
      let behind = youngest - window.grace / .seconds(1)
      let overtaken = batches.values.reduce(0) { $0 + ($1.issued < behind ? $1.count : 0) }
      let out = window.counted(outstanding: outstanding, overtaken: overtaken, limit: limit)
      window.measure(
        IssueWindow.Reading(
          at: origin + .seconds(now), settled: settled, calling: Int64(calling * 1000), outstanding: Int64(out)))
      let size = window.size(limit: limit, isProbing: false)
      let room = Share.room(window: size, outstanding: out, own: out, mailouts: 1)
      guard Share.isWorthwhile(room, window: size, mailouts: 1) else { return }
      send(min(room, 1_000))
    }
  }

  private mutating func send(_ count: Int) {
    var left = count
    let most = min(Contracts.Batch.maxCount, window.batch, limit.map { 2 * $0 } ?? .max)
    while left > 0 {
      let size = min(left, most)
      issued += 1
      batches[issued] = Batch(count: size, issued: now, left: size)
      senders[issued % senders.count].queue += Array(repeating: issued, count: size)
      left -= size
      outstanding += size
    }
  }
}

import Contracts

/// News that have come and are not written yet, put together by message, so that nearly every message costs one insert:
/// one that is only queued is held a while for its outcome. What has an outcome is ready to be written.
///
/// A delivery is handed back, to be acknowledged, with the news that complete it.
struct FactBuffer<Delivery: Sendable>: Sendable {
  /// How long and how much is held.
  struct Limits: Sendable {
    /// A queued message is written as such when its outcome has not come for so long.
    var hold: Duration = .seconds(3)
    /// Beyond so many messages, or deliveries, the older half is written whatever it waits for.
    var messages = 60_000
    var deliveries = 400
  }

  private struct Entry {
    var fact: MessageFact
    /// Surely nobody has written it: it was queued for the first time, and nothing was delivered before.
    var isNew: Bool
    var isReady: Bool
    /// The number of the delivery that waits for it; -1 for none.
    var parcel: Int

    mutating func merge(_ other: MessageFact, isFirstQueueing: Bool) {
      fact = fact.merged(with: other)
      isNew = isNew || isFirstQueueing
    }
  }

  /// A delivery with messages that wait for their outcomes.
  private struct Parcel {
    let delivery: Delivery
    let ids: [Int64]
    let came: ContinuousClock.Instant
    /// How many of its messages are not written yet.
    var left: Int
  }

  private let limits: Limits
  private var entries: [Int64: Entry] = [:]
  private var ready: [Int64] = []
  private var attempts: [Attempt] = []
  private var texts: [Int64: OwnText] = [:]
  private var parcels: [Int: Parcel] = [:]
  /// The oldest parcel there may be, and the next one's number.
  private var (first, next) = (0, 0)
  /// Deliveries that wait for nothing but the next write.
  private var complete: [Delivery] = []

  init(limits: Limits = Limits()) { self.limits = limits }

  var isEmpty: Bool { entries.isEmpty && complete.isEmpty }
  /// Messages with an outcome.
  var readyCount: Int { ready.count }
  /// Whether there are messages without an outcome.
  var isHolding: Bool { entries.count > ready.count }
  /// Whether a write is due for reasons of room.
  var isFull: Bool { entries.count >= limits.messages || parcels.count >= limits.deliveries }
  /// When the oldest held message is to be written as it is; nil where none is held.
  var due: ContinuousClock.Instant? { parcels[first].map { $0.came + limits.hold } }

  /// - Parameter isRepeated: whether the delivery may have come, and been written, before.
  mutating func add(_ news: News, of delivery: Delivery, isRepeated: Bool, at now: ContinuousClock.Instant) {
    attempts += news.attempts
    for (id, text) in news.texts { texts[id] = text.later(texts[id]) }
    var held: [Int64] = []
    for fact in news.facts where isHeld(fact, isRepeated: isRepeated, isAwaited: news.texts[fact.id] != nil) {
      held.append(fact.id)
    }
    if held.isEmpty {
      complete.append(delivery)
    } else {
      parcels[next] = Parcel(delivery: delivery, ids: held, came: now, left: held.count)
      next += 1
    }
  }

  /// Puts a fact to what is known; true where its own delivery is to hold it.
  /// - Parameter isAwaited: whether somebody ordered just this message, and may ask for it at once. What then becomes
  ///   of it has a row to meet.
  private mutating func isHeld(_ fact: MessageFact, isRepeated: Bool, isAwaited: Bool) -> Bool {
    let isFirstQueueing = fact.standing == 0 && !isRepeated && !isAwaited
    guard let index = entries.index(forKey: fact.id) else {
      let isReady = fact.status != .queued || isAwaited
      entries[fact.id] = Entry(fact: fact, isNew: isFirstQueueing, isReady: isReady, parcel: isReady ? -1 : next)
      if isReady { ready.append(fact.id) }
      return !isReady
    }
    entries.values[index].merge(fact, isFirstQueueing: isFirstQueueing)
    // Also a message that two deliveries have queued is held no longer: it would have to remember both.
    if !entries.values[index].isReady { ready.append(fact.id) }
    entries.values[index].isReady = true
    return false
  }

  /// What is to be written now: all that is ready, and what was held for too long or has no room; or simply everything.
  mutating func take(everything: Bool = false, at now: ContinuousClock.Instant) -> Portion {
    if everything {
      ready = Array(entries.keys)
    } else {
      let half = isFull ? first + (next - first + 1) / 2 : first
      while first < next {
        if let parcel = parcels[first] {
          guard first < half || parcel.came + limits.hold <= now else { break }
          ready += parcel.ids.filter { entries[$0].map { !$0.isReady && $0.parcel == first } ?? false }
        }
        first += 1
      }
    }
    var portion = Portion(attempts: attempts, deliveries: complete)
    (attempts, complete) = ([], [])
    for id in ready {
      guard let entry = entries.removeValue(forKey: id) else { continue }
      if let text = texts.removeValue(forKey: id) { portion.texts.append((id, text)) }
      if entry.isNew { portion.new.append(entry.fact) } else { portion.others.append(entry.fact) }
      if let delivery = settle(entry.parcel) { portion.deliveries.append(delivery) }
    }
    ready.removeAll(keepingCapacity: true)
    while first < next, parcels[first] == nil { first += 1 }
    portion.sort()
    return portion
  }

  /// One message of a parcel less; answers its delivery when that was the last.
  private mutating func settle(_ number: Int) -> Delivery? {
    guard number >= 0, let parcel = parcels[number] else { return nil }
    guard parcel.left > 1 else { return parcels.removeValue(forKey: number)?.delivery }
    parcels[number]?.left -= 1
    return nil
  }
}

extension FactBuffer {
  /// What is written at once.
  struct Portion: Sendable {
    /// Messages that surely have no row yet, in the order of ids: the order in which rows are locked.
    var new: [MessageFact] = []
    /// All others, likewise.
    var others: [MessageFact] = []
    var attempts: [Attempt]
    var texts: [(id: Int64, text: OwnText)] = []
    /// To be acknowledged afterwards.
    var deliveries: [Delivery]

    var isEmpty: Bool { new.isEmpty && others.isEmpty && deliveries.isEmpty }

    fileprivate mutating func sort() {
      new.sort { $0.id < $1.id }
      others.sort { $0.id < $1.id }
      texts.sort { $0.id < $1.id }
    }
  }
}

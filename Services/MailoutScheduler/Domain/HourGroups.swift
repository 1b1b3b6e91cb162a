import Contracts
import FoundationEssentials

/// Messages of a mailout with local hours, sorted by whether their customers may be written to now: those who may, by
/// when their hours end; those who may not, with when they may.
struct HourGroups {
  private let end: Date
  private var byClosing: [Int64: [BatchMessage]] = [:]
  private(set) var closed: [(message: BatchMessage, opening: Date)] = []

  /// - Parameter end: of the mailout: what lies behind it does not matter.
  init(end: Date) { self.end = end }

  mutating func add(_ message: BatchMessage, _ hours: LocalHours) {
    switch hours {
    case .open(let until): byClosing[Date.bounded(until, end) < end ? until : .max, default: []].append(message)
    case .closed(let until): closed.append((message, Date.bounded(until, end)))
    }
  }

  /// The hours that end first come first.
  var open: [Issuer.Group] {
    byClosing.sorted { $0.key < $1.key }.map {
      Issuer.Group(closesAt: $0.key == .max ? nil : $0.key, messages: $0.value)
    }
  }
}

extension Date {
  /// An instant, or the end where that is earlier.
  fileprivate static func bounded(_ seconds: Int64, _ end: Date) -> Date {
    seconds == .max ? end : min(Date(timeIntervalSince1970: TimeInterval(seconds)), end)
  }
}

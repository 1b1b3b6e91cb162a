import Service
import Synchronization

/// How a driver is woken, and what for.
final class Bell: Sendable {
  struct News: OptionSet, Sendable {
    let rawValue: UInt8
    /// The mailout is another than it was read.
    static let changed = News(rawValue: 1)
    /// A batch of it has been settled, or its providers have changed.
    static let settled = News(rawValue: 2)
    /// Something of it has come to wait, or what waits may go now.
    static let waiting = News(rawValue: 4)
  }

  private let signal = Signal()
  private let news = Mutex<News>([])

  func ring(_ new: News) {
    news.withLock { $0.formUnion(new) }
    signal.raise()
  }

  /// What has come since the last time.
  func take() -> News {
    news.withLock { news in
      defer { news = [] }
      return news
    }
  }

  func wait(until instant: ContinuousClock.Instant) async { await signal.wait(until: instant) }
}

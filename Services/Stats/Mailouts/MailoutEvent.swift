import Contracts

/// An event of the scheduler: what it means for the picture of a mailout, and for its timeline.
struct MailoutEvent: Sendable {
  var news: MailoutNews
  /// nil where no timeline shows it.
  var happening: Happening?

  static func read(_ body: [UInt8]) throws(Problem) -> MailoutEvent {
    MailoutEvent(news: try MailoutNews.read(body), happening: try Happening.read(body))
  }
}

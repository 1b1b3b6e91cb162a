import Contracts

/// What may be done to a mailout in which state.
enum MailoutRules {
  static func mayChange(_ status: MailoutStatus) throws(Problem) {
    guard status == .scheduled else {
      throw Problem(.conflict, "The mailout is \(status.rawValue); it can be changed only while it is scheduled.")
    }
  }

  static func mayDelete(_ status: MailoutStatus) throws(Problem) {
    switch status {
    case .scheduled, .finished, .cancelled: return
    case .running, .paused:
      throw Problem(.conflict, "The mailout is \(status.rawValue); it cannot be deleted before it has ended.")
    }
  }
}

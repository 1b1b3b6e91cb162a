import Service

/// Where tokens are asked for by mail; the mailer takes them from there.
struct ResetMailbox: Sendable {
  let store = ResetMailStore()
  /// Rung when something has been put in.
  let bell = Signal()
}

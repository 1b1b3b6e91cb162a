/// The life of a mailout.
public enum MailoutStatus: String, Codable, Sendable, CaseIterable {
  case scheduled, running, paused, finished, cancelled
}

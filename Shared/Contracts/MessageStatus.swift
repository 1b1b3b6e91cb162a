/// How far a message has come. Final ones end its round; the rank orders facts that arrive in any order.
public enum MessageStatus: String, Codable, Sendable, CaseIterable {
  case queued, retrying, deferred, cancelled, expired, failed, rejected, sent, delivered

  /// queued < retrying = deferred < cancelled < expired < failed < rejected < sent < delivered.
  public var rank: Int {
    switch self {
    case .queued: 0
    case .retrying, .deferred: 1
    case .cancelled: 2
    case .expired: 3
    case .failed: 4
    case .rejected: 5
    case .sent: 6
    case .delivered: 7
    }
  }

  public var isFinal: Bool { rank >= 2 }
}

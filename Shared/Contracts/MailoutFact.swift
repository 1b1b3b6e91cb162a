/// What a mailout is at one revision; the data of every `mailout.*` event. Statistics keep the greatest revision.
public struct MailoutFact: Codable, Sendable, Equatable {
  public var id: Int64
  public var revision: Int64
  public var name: String
  public var status: MailoutStatus
  /// Customers the filter selected, once counted.
  public var audience: Int64?
  /// Messages that have been given an id.
  public var issued: Int64
  /// Customers of the audience never reached, once the mailout is over.
  public var notReached: Int64?
  /// Microseconds since 1970, as all below.
  public var startAt: Int64
  public var endAt: Int64
  public var startedAt: Int64?
  public var finishedAt: Int64?
  /// Messages that retry-failed has taken up again, each as often as it was; nil from a scheduler of before.
  public var resent: Int64?
  /// Why it is paused, where not a person did it.
  public var pauseReason: String?

  enum CodingKeys: String, CodingKey {
    case id, revision, name, status, audience, issued, resent
    case notReached = "not_reached"
    case startAt = "start_at"
    case endAt = "end_at"
    case startedAt = "started_at"
    case finishedAt = "finished_at"
    case pauseReason = "pause_reason"
  }

  public init(
    id: Int64, revision: Int64, name: String, status: MailoutStatus, audience: Int64?, issued: Int64,
    notReached: Int64?, startAt: Int64, endAt: Int64, startedAt: Int64?, finishedAt: Int64?,
    resent: Int64? = nil, pauseReason: String? = nil
  ) {
    self.id = id
    self.revision = revision
    self.name = name
    self.status = status
    self.audience = audience
    self.issued = issued
    self.notReached = notReached
    self.startAt = startAt
    self.endAt = endAt
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.resent = resent
    self.pauseReason = pauseReason
  }
}

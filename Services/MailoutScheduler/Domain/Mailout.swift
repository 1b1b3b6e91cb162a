import Contracts
import FoundationEssentials

/// The operator's order as it is stored.
struct Mailout: Sendable, Equatable {
  var id: Int64
  var revision: Int64
  var draft: MailoutDraft
  var status: MailoutStatus
  var audienceThrough: Int64?
  var audience: Int64?
  var issued: Int64
  /// Messages that retry-failed has taken up again, each as often as it was.
  var resent: Int64 = 0
  var notReached: Int64?
  var startedAt: Date?
  var finishedAt: Date?
  /// Why it is paused, where not a person did it.
  var pauseReason: String?
  /// The latest end it had since it started, where that was later: batches may say it still.
  var formerEnd: Date?
  var createdAt: Date
  var updatedAt: Date

  /// The version, as operations carry it; the gateway writes it as an ETag.
  var etag: String { String(revision) }

  /// Its version for whoever issues its messages: to them it is no other for its audience having been counted.
  var fence: Int64 { audience == nil ? revision : revision - 1 }

  /// Whether something of it may be left to do.
  var isLive: Bool { status != .scheduled && finishedAt == nil }

  /// What events say of it.
  var fact: MailoutFact {
    MailoutFact(
      id: id, revision: revision, name: draft.name, status: status, audience: audience, issued: issued,
      notReached: notReached, startAt: Timestamp.microseconds(draft.startAt),
      endAt: Timestamp.microseconds(draft.endAt), startedAt: startedAt.map(Timestamp.microseconds),
      finishedAt: finishedAt.map(Timestamp.microseconds), resent: resent, pauseReason: pauseReason)
  }

  /// What senders must know of it.
  var control: MailoutControl {
    MailoutControl(
      mailoutID: id, revision: revision, status: status, deadline: Timestamp.microseconds(draft.endAt),
      rateLimit: draft.rateLimit, formerDeadline: formerEnd.map(Timestamp.microseconds))
  }

  /// What `GET /api/mailouts/{id}` shows.
  var json: JSON {
    func instant(_ date: Date?) -> JSON { date.map { .string(Timestamp.format($0)) } ?? .null }
    func number(_ value: Int64?) -> JSON { value.map { .integer($0) } ?? .null }
    return [
      "id": .integer(id), "name": .string(draft.name), "text": .string(draft.text),
      "start_at": instant(draft.startAt), "end_at": instant(draft.endAt),
      "filter": [
        "tags": .array(draft.filter.tags.map { .string($0) }),
        "phone_codes": .array(draft.filter.phoneCodes.map { .string($0) }),
        "newsletters": .array(draft.filter.newsletters.map { .string($0) }),
        "countries": .array(draft.filter.countries.map { .string($0) }),
        "languages": .array(draft.filter.languages.map { .string($0) }),
      ],
      "provider": draft.providers.count == 1
        ? .string(draft.providers[0]) : .array(draft.providers.map { .string($0) }),
      "local_window": draft.window.map {
        ["from": .string(LocalWindow.format($0.from)), "to": .string(LocalWindow.format($0.to))]
      } ?? .null,
      "default_timezone": draft.defaultTimezone.map { .string($0) } ?? .null,
      "rate_limit": number(draft.rateLimit.map { Int64($0) }),
      "status": .string(status.rawValue), "pause_reason": pauseReason.map { .string($0) } ?? .null,
      "audience": number(audience), "issued": .integer(issued), "not_reached": number(notReached),
      "started_at": instant(startedAt), "finished_at": instant(finishedAt), "created_at": instant(createdAt),
      "updated_at": instant(updatedAt),
    ]
  }
}

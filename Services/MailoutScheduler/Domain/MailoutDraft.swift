import Contracts
import FoundationEssentials

/// What an operator orders, checked as far as it can be without asking anybody.
struct MailoutDraft: Sendable, Equatable {
  static let maxText = 4096
  static let rateLimits: ClosedRange<Int64> = 1...1_000_000

  var name: String
  var text: String
  var startAt: Date
  var endAt: Date
  var filter: AudienceFilter
  /// Names, in the order of falling over; at least one.
  var providers: [String]
  /// Calls a second over all senders; nil for no limit of its own.
  var rateLimit: Int?
  /// The customers' local hours; nil for any hour.
  var window: LocalWindow?
  /// The zone of customers without one; nil for UTC.
  var defaultTimezone: String?

  /// Reads a whole mailout (create, replace).
  /// - Parameter start: where the body names none; nil for now.
  /// - Throws: `Problem` with every fault of every field.
  static func read(
    _ body: JSON, now: Date, start: Date? = nil, providers: Set<String>
  ) throws(Problem) -> MailoutDraft {
    var reader = FieldReader(body)
    let name = reader.string("name", max: 200)
    let text = MailoutDraft.text(&reader, required: true)
    let start = reader.timestamp("start_at") ?? start ?? now
    let end = reader.timestamp("end_at", required: true)
    let filter = MailoutDraft.filter(&reader)
    let chosen = MailoutDraft.providers(&reader, known: providers)
    let window = MailoutDraft.window(&reader)
    let timezone = MailoutDraft.timezone(&reader)
    let rate = reader.integer("rate_limit", in: rateLimits)
    MailoutDraft.check(&reader, start: start, end: end, now: now)
    try reader.finish()
    return MailoutDraft(
      name: name ?? String((text ?? "").prefix(60)), text: text ?? "", startAt: start, endAt: end ?? now,
      filter: filter ?? AudienceFilter(), providers: chosen ?? [Self.defaultProvider],
      rateLimit: rate.map { Int($0) }, window: window, defaultTimezone: timezone)
  }

  static let defaultProvider = "default"

  /// This draft with the fields of a PATCH changed.
  /// - Parameter status: of the mailout: what cannot change any more is not checked against the time.
  func changed(
    by changes: JSON, status: MailoutStatus = .scheduled, now: Date, providers: Set<String>
  ) throws(Problem) -> MailoutDraft {
    var draft = self
    var reader = FieldReader(changes)
    for name in ["name", "text", "start_at", "end_at", "provider"] where reader.isNull(name) {
      reader.fail(name, "must not be null")
    }
    if let name = reader.string("name", max: 200) { draft.name = name }
    if let text = MailoutDraft.text(&reader, required: false) { draft.text = text }
    if let start = reader.timestamp("start_at") { draft.startAt = start }
    if let end = reader.timestamp("end_at") { draft.endAt = end }
    if let filter = MailoutDraft.filter(&reader) { draft.filter = filter }
    if let chosen = MailoutDraft.providers(&reader, known: providers) { draft.providers = chosen }
    if reader.has("local_window") { draft.window = MailoutDraft.window(&reader) }
    if reader.has("default_timezone") { draft.defaultTimezone = MailoutDraft.timezone(&reader) }
    if reader.has("rate_limit") { draft.rateLimit = reader.integer("rate_limit", in: Self.rateLimits).map { Int($0) } }
    if reader.has("end_at") || (status == .scheduled && reader.has("start_at")) {
      MailoutDraft.check(&reader, start: draft.startAt, end: draft.endAt, now: now)
    }
    try reader.finish()
    return draft
  }

  /// The fields in which this draft is another, as operators call them.
  func differences(from other: MailoutDraft) -> [String] {
    [
      ("name", name != other.name), ("text", text != other.text), ("start_at", startAt != other.startAt),
      ("end_at", endAt != other.endAt), ("filter", filter != other.filter), ("provider", providers != other.providers),
      ("rate_limit", rateLimit != other.rateLimit), ("local_window", window != other.window),
      ("default_timezone", defaultTimezone != other.defaultTimezone),
    ].filter(\.1).map(\.0)
  }

  private static func check(_ reader: inout FieldReader, start: Date, end: Date?, now: Date) {
    guard let end else { return }
    if end <= start {
      reader.fail("end_at", "must be after start_at (\(Timestamp.format(start)))")
    } else if end <= now {
      reader.fail("end_at", "must be in the future; it is now \(Timestamp.format(now))")
    } else if end.timeIntervalSince(start) > MailoutRules.longest {
      reader.fail("end_at", "must be within 366 days of start_at")
    }
  }
}

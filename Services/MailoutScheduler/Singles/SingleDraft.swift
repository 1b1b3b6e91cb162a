import Contracts
import FoundationEssentials

/// What `POST /api/messages` orders, checked as far as it can be without asking anybody.
struct SingleDraft: Sendable, Equatable {
  /// How long a message is tried where nobody says.
  static let patience: TimeInterval = 24 * 3600
  /// The same of a test, which somebody waits for.
  static let testPatience: TimeInterval = 3600

  var customerID: Int64
  var text: String
  var endAt: Date
  var provider: String?

  /// `{"customer_id", "text", "end_at"?, "provider"?}`
  static func read(_ body: JSON, now: Date, providers: Set<String>) throws(Problem) -> SingleDraft {
    var reader = FieldReader(body)
    let customer = reader.integer("customer_id", required: true, in: 1...Int64.max)
    let text = MailoutDraft.text(&reader, required: true)
    let end = reader.timestamp("end_at")
    if let end, end <= now {
      reader.fail("end_at", "must be in the future; it is now \(Timestamp.format(now))")
    } else if let end, end.timeIntervalSince(now) > MailoutRules.longest {
      reader.fail("end_at", "must be within 366 days")
    }
    let provider = reader.string("provider", max: 64)
    if let provider, !providers.contains(provider) {
      reader.fail(
        "provider", "\(provider) is not a known provider; known are: \(providers.sorted().joined(separator: ", "))")
    }
    try reader.finish()
    return SingleDraft(
      customerID: customer ?? 0, text: text ?? "", endAt: end ?? Self.end(after: now, patience), provider: provider)
  }

  /// An end for a message without one: a whole minute, so that many messages have the same and go in one batch.
  static func end(after now: Date, _ patience: TimeInterval) -> Date {
    Date(timeIntervalSince1970: ((now.timeIntervalSince1970 + patience) / 60).rounded(.up) * 60)
  }

  /// The phone of a test: `{"phone"}`, digits with or without a plus.
  static func phone(_ body: JSON) throws(Problem) -> String {
    var reader = FieldReader(body)
    let text = reader.string("phone", required: true, max: 16)
    let digits = text.map { $0.hasPrefix("+") ? $0.dropFirst() : $0[...] } ?? ""
    let isPhone = (7...15).contains(digits.utf8.count) && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    // No country's code begins with 0, and the send API takes a number.
    if text != nil, !isPhone || digits.utf8.first == 0x30 {
      reader.fail("phone", "must be 7 to 15 digits, with the country's code, like 79161234567")
    }
    try reader.finish()
    return String(digits)
  }
}

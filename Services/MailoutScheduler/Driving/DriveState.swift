import Contracts
import FoundationEssentials

/// What a driver knows of its mailout from turn to turn. Every transaction is fenced by `Mailout.fence` and the cursors
/// that stand here: where one fails, all of it is read anew.
struct DriveState: Sendable {
  var mailout: Mailout
  let template: Template
  /// Not exhausted.
  var cohorts: [Cohort]
  /// nil without local hours.
  var hours: MailoutHours?
  var rounds = ClosingRounds()
  /// An order to send again that has not been carried out.
  var order: RetryOrder?
  /// It waits for statistics until then.
  var lookAtOrder = Date.distantPast
  var page: PageBuffer?
  /// The waiting set need not be looked at before.
  var lookAtWaiting = Date.distantPast
  /// Whether nothing is left to do need not be looked at before.
  var lookAtEnd = Date.distantPast
  /// Ends of messages of no mailout need not be looked for before.
  var lookAtEnds = Date.distantPast
  /// When the next of those who wait is due, as far as is known.
  var nextDue: Date?

  init(_ mailout: Mailout, cohorts: [Cohort], order: RetryOrder?) throws {
    self.mailout = mailout
    self.cohorts = cohorts
    self.order = order
    template = try Template(mailout.draft.text)
    // Nobody waits of a mailout that has issued nothing.
    if mailout.issued == 0 { lookAtWaiting = .now.addingTimeInterval(1) }
    let range = min(mailout.draft.startAt, mailout.startedAt ?? .distantFuture)...mailout.draft.endAt
    hours = mailout.draft.window.map {
      MailoutHours(
        $0, fallback: mailout.draft.defaultTimezone,
        range: Self.seconds(range.lowerBound)...Self.seconds(range.upperBound))
    }
  }

  mutating func next(now: Date) -> CohortPlan {
    CohortPlan.next(cohorts, end: end, isClosingDue: rounds.isDue(at: .now)) {
      hours?.at(Self.seconds(now), in: $0) ?? .open(until: .max)
    }
  }

  /// Whether customers of a zone cannot be written to before the end.
  mutating func isShut(_ timezone: String?, now: Date) -> Bool {
    guard case .closed(let opening)? = hours?.at(Self.seconds(now), in: timezone) else { return false }
    return opening >= end
  }

  /// Whether a cohort has nobody left, where that was the last portion of those it has now: its closing pass may go round
  /// again.
  mutating func isExhausted(_ cohort: Cohort, leavesOut: Bool, isLast: Bool) -> Bool {
    guard cohort.kind == .closing else { return isLast }
    rounds.go(from: cohort.cursor, leavesOut: leavesOut)
    return isLast && rounds.end(isAlone: cohorts.count == 1, at: .now)
  }

  /// Of the mailout, in whole seconds since 1970: what opens then or later does not open.
  private var end: Int64 { Int64(mailout.draft.endAt.timeIntervalSince1970.rounded(.up)) }

  /// - Parameter mailout: as it is with the portion issued.
  mutating func advance(_ portion: Portion, to mailout: Mailout) {
    self.mailout = mailout
    // What has just gone out is out for a moment.
    if !portion.batches.isEmpty { lookAtEnd = .now.addingTimeInterval(1) }
    guard let index = cohorts.firstIndex(where: { $0.id == portion.cohort.id }) else { return }
    cohorts[index].cursor = portion.newCursor
    if portion.isExhausted { cohorts.remove(at: index) }
  }

  /// Seconds since 1970; a fraction is cut off.
  static func seconds(_ date: Date) -> Int64 { Int64(date.timeIntervalSince1970.rounded(.down)) }
}

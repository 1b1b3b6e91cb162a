/// Which cohort is to be issued next: of those that are open the one that closes first.
enum CohortPlan: Sendable, Equatable {
  /// - Parameter closesAt: seconds since 1970; nil where the hour does not matter, or each customer has their own.
  case issue(Cohort, closesAt: Int64?)
  /// None is open; the next one opens then, or the mailout ends; seconds since 1970.
  case wait(until: Int64)
  /// There is nobody left.
  case done

  /// - Parameters:
  ///   - cohorts: those that are not exhausted.
  ///   - end: of the mailout; seconds since 1970. A cohort that opens no earlier holds up nobody who has left its zone.
  ///   - isClosingDue: whether the closing pass may go round now.
  ///   - hours: of a zone, nil standing for customers without one.
  static func next(
    _ cohorts: [Cohort], end: Int64, isClosingDue: Bool = true, hours: (String?) -> LocalHours
  ) -> CohortPlan {
    var first: (cohort: Cohort, closesAt: Int64)?
    var opening: Int64?
    var closing: Cohort?
    for cohort in cohorts {
      switch cohort.kind {
      case .all: return .issue(cohort, closesAt: nil)
      case .closing: closing = cohort
      case .zone, .rest:
        switch hours(cohort.timezone) {
        case .open(let until): if until < first?.closesAt ?? .max { first = (cohort, until) }
        case .closed(let until): opening = min(opening ?? end, until)
        }
      }
    }
    if let first { return .issue(first.cohort, closesAt: first.closesAt) }
    if let opening, opening < end { return .wait(until: opening) }
    if let closing, isClosingDue { return .issue(closing, closesAt: nil) }
    return cohorts.isEmpty ? .done : .wait(until: end)
  }
}

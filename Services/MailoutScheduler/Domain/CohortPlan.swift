/// Which cohort is to be issued next: of those that are open the one that closes first.
enum CohortPlan: Sendable, Equatable {
  /// - Parameter closesAt: seconds since 1970; nil where the hour does not matter, or each customer has their own.
  case issue(Cohort, closesAt: Int64?)
  /// None is open; the next one opens then; seconds since 1970.
  case wait(until: Int64)
  /// There is nobody left.
  case done

  /// - Parameters:
  ///   - cohorts: those that are not exhausted.
  ///   - hours: of a zone, nil standing for customers without one.
  static func next(_ cohorts: [Cohort], hours: (String?) -> LocalHours) -> CohortPlan {
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
        case .closed(let until): opening = min(opening ?? .max, until)
        }
      }
    }
    if let first { return .issue(first.cohort, closesAt: first.closesAt) }
    if let opening { return .wait(until: opening) }
    return closing.map { .issue($0, closesAt: nil) } ?? .done
  }
}

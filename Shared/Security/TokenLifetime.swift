import FoundationEssentials

/// When a token may be used: from `start` up to, not at, `end`; seconds since 1970.
struct TokenLifetime: Sendable {
  let start: Double
  let end: Double

  func check(_ now: Date) throws(SecurityError) {
    let now = now.timeIntervalSince1970
    guard now < end else { throw SecurityError(.expired, "the token has expired") }
    guard now >= start else { throw SecurityError(.notYetValid, "the token is not valid yet") }
  }
}

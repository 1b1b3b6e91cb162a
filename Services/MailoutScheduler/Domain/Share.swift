/// How providers' windows are shared between mailouts.
enum Share {
  /// Messages a mailout may issue to a provider now: what the window has free; and where others have taken all of it,
  /// still its fair part, so that a small mailout goes beside a large one.
  /// - Parameters:
  ///   - outstanding: of all mailouts at this provider.
  ///   - own: this mailout's part of them.
  ///   - mailouts: with work at this provider, this one included.
  static func room(window: Int, outstanding: Int, own: Int, mailouts: Int) -> Int {
    max(0, window - outstanding, window / max(1, mailouts) - own)
  }

  /// The room of a mailout with a rate of its own: about two seconds of it are out.
  static func room(rateLimit: Int, own: Int) -> Int { max(0, 2 * rateLimit - own) }

  /// Whether so little room is worth a transaction: better a quarter of a mailout's part now and then than crumbs all the
  /// time.
  static func isWorthwhile(_ room: Int, window: Int, mailouts: Int) -> Bool {
    room >= max(1, min(1_000, window / (4 * max(1, mailouts))))
  }
}

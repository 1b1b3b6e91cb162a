/// How providers' windows are shared between mailouts.
enum Share {
  /// Mailouts that have a part of a window at once: of more the parts would be crumbs, each a batch with the cost of one,
  /// and the provider would get less and less. The others wait for their turn.
  static let most = 10

  /// Messages a mailout may issue to a provider now: what the window has free; and where others have taken all of it,
  /// still its fair part, so that a small mailout goes beside a large one. All parts together are no more than half of the
  /// window again.
  /// - Parameters:
  ///   - outstanding: of all mailouts at this provider.
  ///   - own: this mailout's part of them.
  ///   - mailouts: with work at this provider, this one included.
  static func room(window: Int, outstanding: Int, own: Int, mailouts: Int) -> Int {
    max(
      0, window - outstanding, min(part(window: window, mailouts: mailouts) - own, most(window: window) - outstanding))
  }

  /// Messages of all mailouts that are out at most. Where calls are short that is a second and a half of the rate:
  /// statistics hold what is on its way for two, and write down twice what takes longer. At least one more than the
  /// window, or the mailout whose bell rings when it is settled would be quicker each time.
  static func most(window: Int) -> Int { window + max(1, window / 2) }

  /// What each of so many mailouts has of a window; at least a message.
  static func part(window: Int, mailouts: Int) -> Int { max(1, window / min(max(1, mailouts), most)) }

  /// The room of a mailout with a rate of its own: about two seconds of it are out.
  static func room(rateLimit: Int, own: Int) -> Int { max(0, 2 * rateLimit - own) }

  /// Whether so little room is worth a transaction: better a quarter of a mailout's part now and then than crumbs all the
  /// time.
  static func isWorthwhile(_ room: Int, window: Int, mailouts: Int) -> Bool {
    room >= max(1, min(1_000, part(window: window, mailouts: mailouts) / 4))
  }
}

/// Statistics, dead letters.
extension Operation {
  public static let mailoutStats = query("stats.mailout.v1", .stats, "stats:read")
  public static let statsSummary = query("stats.summary.v1", .stats, "stats:read")
  public static let listDeadLetters = query("dead-letter.list.v1", .stats, "admin:read")
  public static let readDeadLetter = query("dead-letter.read.v1", .stats, "admin:read")
  public static let replayDeadLetter = command("dead-letter.replay.v1", .stats, "admin:write")
  /// All of one kind: by queue, and by reason where it is given.
  public static let replayDeadLetters = command("dead-letter.replay-all.v1", .stats, "admin:write")

  static let statistics: [Operation] = [
    mailoutStats, statsSummary, listDeadLetters, readDeadLetter, replayDeadLetter, replayDeadLetters,
  ]
}

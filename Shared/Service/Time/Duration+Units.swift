extension Duration {
  /// Whole microseconds, rounded down.
  public var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }

  /// Whole milliseconds, rounded down.
  public var milliseconds: Int { Int(microseconds / 1000) }
}

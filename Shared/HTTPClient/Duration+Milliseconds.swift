extension Duration {
  /// Rounded down; at most a day, at least zero.
  var wholeMilliseconds: Int {
    let (seconds, attoseconds) = min(max(self, .zero), .seconds(86_400)).components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}

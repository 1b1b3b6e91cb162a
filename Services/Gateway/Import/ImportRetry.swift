/// How often a chunk is sent again while its owner cannot be reached.
struct ImportRetry: Sendable {
  /// From the first failure on.
  var window = Duration.seconds(60)
  var firstPause = Duration.milliseconds(200)
  var longestPause = Duration.seconds(5)
}

/// How a component is asked to finish when its turn comes.
public enum StopMode: Sendable {
  /// `Shutdown.signal` is triggered; the task is cancelled only when the drain takes too long.
  case signal
  /// Its task is cancelled at once, which is how our drivers' `run()` functions end.
  case cancellation
}

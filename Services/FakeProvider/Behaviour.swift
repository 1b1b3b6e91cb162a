/// How calls are answered: shares of all answers but `ok`, and times.
struct Behaviour: Sendable, Equatable {
  /// Shares from 0 to 1, together at most 1; the rest is `ok`.
  var share: [Answer: Double] = [:]
  /// Waited before every answer, and at random up to the jitter on top.
  var latencyMs = 0
  var latencyJitterMs = 0
  /// In the `Retry-After` of 429 and 503; 0 for none.
  var retryAfterS = 1
  /// What a slow call takes.
  var slowMs = 3000
  /// Another seed, other calls that fare badly.
  var seed: UInt64 = 1
  /// Whether answers are held back until another behaviour says otherwise.
  var hold = false

  /// Whether every call is answered well and at once.
  var isPlain: Bool { bad.isEmpty && latencyMs == 0 && latencyJitterMs == 0 && !hold }

  /// The shares but `ok`, in a fixed order.
  private var bad: [(answer: Answer, share: Double)] {
    Answer.allCases.compactMap { answer in
      guard answer != .ok, let share = share[answer], share > 0 else { return nil }
      return (answer, share)
    }
  }

  /// The answer for the `attempt`-th call (from 0) of a message: the same however calls interleave.
  func answer(id: Int64, attempt: Int) -> Answer {
    var draw = Dice.unit(seed: seed, id: id, attempt: attempt, purpose: 0)
    for (answer, share) in bad {
      if draw < share { return answer }
      draw -= share
    }
    return .ok
  }

  /// How long the answer takes; nil for ever.
  func delay(_ answer: Answer, id: Int64, attempt: Int) -> Duration? {
    guard answer != .hang else { return nil }
    let jitter = Double(latencyJitterMs) * Dice.unit(seed: seed, id: id, attempt: attempt, purpose: 1)
    return .milliseconds(latencyMs + (answer == .slow ? slowMs : 0)) + .microseconds(Int64(jitter * 1000))
  }
}

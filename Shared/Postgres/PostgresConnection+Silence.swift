internal import EventLoop

/// A server that stands still says nothing for ever, while its kernel goes on acknowledging what we send. One timer a
/// connection, set anew when it fires: a statement costs it nothing.
extension PostgresConnection {
  private var owesAnswer: Bool { !pipeline.isEmpty || exclusive != nil }

  /// How long the server may be silent now. What stands between two Syncs is answered together.
  private var patience: Duration? {
    guard parameters.statementTimeout > .zero else { return nil }
    let statements = pipeline.current.map { $0.statements.count + 1 } ?? 1
    return parameters.statementTimeout * statements + parameters.answerGrace
  }

  /// Something is about to be sent.
  func expectAnswer() {
    if !owesAnswer { lastHeard = .now }
    if silence == nil, let patience { watchSilence(until: lastHeard + patience) }
  }

  private func watchSilence(until instant: ContinuousClock.Instant) {
    silence = loop.timer(at: instant) { [self] in
      silence = nil
      checkSilence()
    }
  }

  private func checkSilence() {
    guard owesAnswer, let patience else { return }
    if isUnbounded { lastHeard = .now }
    guard lastHeard + patience <= .now else { return watchSilence(until: lastHeard + patience) }
    fail(PostgresError(.serverClosed, "no answer within \(patience)"))
  }
}

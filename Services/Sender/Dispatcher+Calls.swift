import Contracts
import FoundationEssentials
import Service

/// One message, one attempt.
extension Dispatcher {
  func work() async {
    while let item = await nextItem() {
      if let result = await process(item) {
        record(Entry(run: item.run, result: result))
      } else {
        release(permits: 1)
      }
    }
  }

  /// Committed results give their permits back.
  func release(permits count: Int) {
    permits += count
    metrics.permitsInUse.set(Double(provider.permits - permits))
    handOut()
  }

  /// Gives messages to the workers that wait for one.
  func handOut() {
    while !idleWorkers.isEmpty, let item = takeItem() {
      idleWorkers.removeLast().resume(returning: item)
    }
  }

  private func nextItem() async -> Item? {
    if isStopping { return nil }
    if let item = takeItem() { return item }
    return await withCheckedContinuation { idleWorkers.append($0) }
  }

  private func takeItem() -> Item? {
    guard isConnected, permits > 0, let item = queue.pop() else { return nil }
    permits -= 1
    return item
  }

  /// The attempt, to be read from top to bottom. nil where the batch is no longer ours.
  private func process(_ item: Item) async -> MessageResult? {
    let (run, message) = (item.run, item.message)
    guard !run.isLost else { return nil }
    let start = ContinuousClock.now
    switch run.callGuard.permission(
      now: Timestamp.microseconds(.now), monotonic: start, leaseUntil: run.leaseUntil, callTimeout: provider.timeout)
    {
    case .leaseLost:
      lose(run, because: "its lease ran out before it could be renewed")
      return nil
    case .expired:
      return .expired(message: message, mailoutID: run.batch.mailoutID, now: Timestamp.microseconds(.now))
    case .call(let timeout):
      let answer = await client.send(message, timeout: timeout)
      return result(of: answer, message: message, run: run, duration: start.duration(to: .now))
    }
  }

  private func result(
    of answer: CallAnswer, message: BatchMessage, run: BatchRun, duration: Duration
  ) -> MessageResult {
    let verdict = OutcomeRules.verdict(on: answer)
    metrics.count(verdict, duration: duration)
    let result = MessageResult.after(
      verdict, message: message, mailoutID: run.batch.mailoutID, deadline: run.batch.deadline,
      policy: provider.retry, now: Timestamp.microseconds(.now), latency: duration.milliseconds,
      delay: provider.retry.delay(for: verdict, of: message, answer: answer))
    if result.outcome.status != .sent {
      log.debug(
        "message not accepted",
        [
          .mailoutID(run.batch.mailoutID), .messageID(message.id), .customerID(message.customerID),
          .batchID(run.batch.id), .field("provider", provider.name),
          .field("status", result.outcome.status.rawValue), .field("reason", result.outcome.reason ?? ""),
        ])
    }
    return result
  }
}

extension RetryPolicy {
  fileprivate func delay(for verdict: OutcomeRules.Verdict, of message: BatchMessage, answer: CallAnswer) -> Duration {
    var random = SystemRandomNumberGenerator()
    switch verdict {
    case .sent, .rejected: return .zero
    case .throttled(let retryAfter): return delay(after: 1, retryAfter: retryAfter, using: &random)
    case .providerFault: return faultPause
    case .failedAttempt, .unknown:
      return delay(after: message.attempts + 1, retryAfter: answer.retryAfter, using: &random)
    }
  }
}

extension CallAnswer {
  fileprivate var retryAfter: Duration? {
    guard case .answered(_, _, let retryAfter) = self else { return nil }
    return retryAfter
  }
}

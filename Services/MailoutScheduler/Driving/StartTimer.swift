import Contracts
import FoundationEssentials
import Postgres
import Service

/// Starts mailouts at their time: a timer armed for the next due moment, armed anew whenever any replica says that
/// mailouts have changed. Any number of replicas may run it; the database lets one of them start each mailout.
struct StartTimer: Component {
  /// Mailouts that are started at once.
  private static let atOnce = 8

  let name = "start timer"
  let stopMode = StopMode.cancellation
  let life: LifeStore
  let pool: PostgresPool
  let audience: AudienceClient
  let log: Log
  let metrics: SchedulerMetrics
  /// A mailout that is not only scheduled has changed, anywhere; nil where it is not known which.
  let onChange: @Sendable (Int64?) -> Void
  /// A mailout has started here; with the cohort of all its customers, where it has one.
  let onStart: @Sendable (Mailout, Cohort?) -> Void

  func run() async {
    let changed = Signal()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for await payload in pool.listen(MailoutStore.channel) {
          changed.raise()
          if !payload.hasSuffix(MailoutStore.scheduledMark) { onChange(Int64(payload)) }
        }
      }
      group.addTask { await watch(changed) }
      await group.next()
      group.cancelAll()
    }
  }

  private func watch(_ changed: Signal) async {
    var failures = 0
    while !Task.isCancelled {
      do {
        let next = try await startDue()
        // The look at least each half minute is for a clock that was set.
        let wait = next.map { $0.timeIntervalSinceNow } ?? 30
        failures = 0
        await changed.wait(until: .now + .seconds(min(max(wait, 0), 30)))
      } catch {
        failures += 1
        if failures == 1 { log.error("mailouts cannot be started, trying again", [.error(error)]) }
        await changed.wait(until: .now + min(.milliseconds(50) * failures, .seconds(1)))
      }
    }
  }

  /// Those that are due, together where that can be; the others side by side: of many with the same hour the last is not
  /// to wait for all others, and one that cannot be started, or takes long, holds up nobody.
  /// - Returns: when to look again; nil where none is scheduled.
  private func startDue() async throws -> Date? {
    let (due, next) = try await life.due(now: .now)
    guard !due.isEmpty else { return next }
    let bounds = try await audience.bounds()
    let plain = due.filter { !$0.hasWindow }.map(\.id)
    let started = await startTogether(plain, bounds)
    // Those that were left out another replica is starting, or somebody is changing: they are looked at again.
    let rest = started == nil ? due : due.filter(\.hasWindow)
    let zones = rest.contains(where: \.hasWindow) ? try await audience.zones() : nil
    let fault = await withTaskGroup(of: (any Error)?.self) { group in
      var fault: (any Error)?
      for (number, mailout) in rest.enumerated() {
        if number >= Self.atOnce, let ended = await group.next() { fault = fault ?? ended }
        group.addTask {
          do {
            try await start(mailout.id, bounds, zones: mailout.hasWindow ? zones : nil)
            return nil
          } catch {
            return error
          }
        }
      }
      for await ended in group { fault = fault ?? ended }
      return fault
    }
    if let fault { throw fault }
    if let started, started < plain.count {
      let again = Date.now.addingTimeInterval(0.05)
      return min(next ?? again, again)
    }
    // More may have been due than one look finds.
    return due.count == LifeStore.dueAtOnce ? .now : next
  }

  /// - Returns: how many it has started; nil where that failed: one may stand in the way, and then fails by itself.
  private func startTogether(_ ids: [Int64], _ bounds: AudienceBounds) async -> Int? {
    guard !ids.isEmpty else { return 0 }
    do {
      let started = try await life.start(ids, now: .now, audienceThrough: bounds.highestID)
      for (mailout, cohort) in started { tell(mailout, cohort, bounds) }
      return started.count
    } catch {
      log.info("mailouts cannot be started together, trying each by itself", [.error(error)])
      // Or they have been started, and only the answer was lost.
      onChange(nil)
      return nil
    }
  }

  private func start(_ id: Int64, _ bounds: AudienceBounds, zones: [String]?) async throws {
    guard let mailout = try await life.start(id, now: .now, audienceThrough: bounds.highestID, zones: zones) else {
      return
    }
    tell(mailout, nil, bounds)
  }

  private func tell(_ mailout: Mailout, _ cohort: Cohort?, _ bounds: AudienceBounds) {
    let late = Duration.seconds((mailout.startedAt ?? .now).timeIntervalSince(mailout.draft.startAt))
    metrics.startDelay.observe(late)
    log.info(
      "mailout started",
      [
        .mailoutID(mailout.id), .field("name", mailout.draft.name), .field("audience_through", bounds.highestID),
        .field("delay_seconds", late),
      ])
    onStart(mailout, cohort)
  }
}

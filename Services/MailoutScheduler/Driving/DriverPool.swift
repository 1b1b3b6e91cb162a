import Contracts
import Service
import Synchronization

/// Runs a driver for every mailout this replica has the lease of, and keeps the leases.
final class DriverPool: Component {
  let name = "drivers"
  private let tools: DriverTools
  let bells = Mutex<[Int64: Bell]>([:])
  private let signal = Signal()

  /// What there is to do besides keeping the leases.
  private struct Wishes {
    /// Mailouts whose lease is ours already, and what their drivers begin with.
    var started: [(id: Int64, state: DriveState?)] = []
    var isLookWanted = true
  }

  private let wishes = Mutex(Wishes())

  init(tools: DriverTools) { self.tools = tools }

  /// A mailout has started here, with its lease taken.
  /// - Parameter cohort: of all its customers; nil where its driver is to look it up.
  func started(_ mailout: Mailout, _ cohort: Cohort?) {
    // Where its text cannot be read, the driver looks it up as well, and says so.
    let state = cohort.flatMap { try? DriveState(mailout, cohorts: [$0], order: nil) }
    wishes.withLock { $0.started.append((mailout.id, state)) }
    signal.raise()
  }

  /// A mailout has changed, anywhere; nil where it is not known which. It may have become one that has to be driven.
  func changed(_ mailout: Int64?) {
    let bells = bells.withLock { bells in mailout.map { [bells[$0]] } ?? Array(bells.values) }
    for bell in bells { bell?.ring(.changed) }
    look()
  }

  private func look() {
    wishes.withLock { $0.isLookWanted = true }
    signal.raise()
  }

  /// Providers have changed: what could not be issued may be issued now.
  func providersChanged() {
    let all = Set(bells.withLock { $0.keys })
    settled(Settlement(mailouts: all, waiting: all))
  }

  /// Something of mailouts has been settled.
  func settled(_ settlement: Settlement) {
    let present = bells.withLock { bells in settlement.mailouts.compactMap { id in bells[id].map { (id, $0) } } }
    for (id, bell) in present { bell.ring(settlement.waiting.contains(id) ? [.settled, .waiting] : .settled) }
  }

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await Shutdown.requested()
        self.signal.raise()
      }
      await withDiscardingTaskGroup { drivers in
        var nextLook = ContinuousClock.now
        while !Shutdown.isRequested && !Task.isCancelled {
          let wishes = wishes.withLock { wishes in
            defer { wishes = Wishes(isLookWanted: false) }
            return wishes
          }
          for (id, state) in wishes.started { drive(id, from: state, in: &drivers) }
          if wishes.isLookWanted || .now >= nextLook {
            await acquire(&drivers)
            nextLook = .now + tools.life.lease / 4
          }
          await signal.wait(until: nextLook)
        }
        drivers.cancelAll()
      }
      group.cancelAll()
    }
    await tools.publisher.mark()
    do {
      try await tools.life.release()
    } catch {
      tools.log.warning("mailouts could not be released, their leases will lapse", [.error(error)])
    }
  }

  private func acquire(_ drivers: inout DiscardingTaskGroup) async {
    do {
      let ours = try await tools.life.acquire()
      // What another has taken over meanwhile is looked at again, and left to them.
      for bell in bells.withLock({ $0.filter { !ours.contains($0.key) }.values }) { bell.ring(.changed) }
      for id in ours { drive(id, in: &drivers) }
    } catch {
      tools.log.warning("mailouts could not be acquired, trying again", [.error(error)])
    }
  }

  private func count(_ change: (inout [Int64: Bell]) -> Void) {
    let count = bells.withLock { bells in
      change(&bells)
      return bells.count
    }
    tools.crowd.set(count)
  }

  private func drive(_ id: Int64, from state: DriveState? = nil, in drivers: inout DiscardingTaskGroup) {
    let bell = Bell()
    guard bells.withLock({ $0[id] == nil }) else { return }
    count { $0[id] = bell }
    drivers.addTask(executorPreference: tools.pool.executor) {
      await MailoutDriver(id: id, tools: self.tools, bell: bell).run(from: state)
      self.count { $0[id] = nil }
    }
  }
}

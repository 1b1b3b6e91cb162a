import Contracts
import Service
import Synchronization

/// Runs a driver for every mailout this replica has the lease of, and keeps the leases.
final class DriverPool: Component {
  let name = "drivers"
  private let tools: DriverTools
  let bells = Mutex<[Int64: Bell]>([:])
  private let look = Signal()

  init(tools: DriverTools) { self.tools = tools }

  /// A mailout started here: look at once.
  func wake() { look.raise() }

  /// A mailout has changed, anywhere; nil where it is not known which. It may have become one that has to be driven.
  func changed(_ mailout: Int64?) {
    let bells = bells.withLock { bells in mailout.map { [bells[$0]] } ?? Array(bells.values) }
    for bell in bells { bell?.changed() }
    look.raise()
  }

  /// Providers have changed: what could not be issued may be issued now.
  func providersChanged() {
    let all = Set(bells.withLock { $0.keys })
    settled(Settlement(mailouts: all, waiting: all))
  }

  /// Something of mailouts has been settled.
  func settled(_ settlement: Settlement) {
    let present = bells.withLock { bells in settlement.mailouts.compactMap { id in bells[id].map { (id, $0) } } }
    for (id, bell) in present { bell.settled(isWaiting: settlement.waiting.contains(id)) }
  }

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await Shutdown.requested()
        self.look.raise()
      }
      await withTaskGroup(of: Void.self) { drivers in
        while !Shutdown.isRequested && !Task.isCancelled {
          await startDrivers(&drivers)
          await look.wait(until: .now + tools.life.lease / 4)
        }
        drivers.cancelAll()
      }
      group.cancelAll()
    }
    do {
      try await tools.life.release()
    } catch {
      tools.log.warning("mailouts could not be released, their leases will lapse", [.error(error)])
    }
  }

  private func startDrivers(_ drivers: inout TaskGroup<Void>) async {
    do {
      let ours = try await tools.life.acquire()
      // What another has taken over meanwhile is looked at again, and left to them.
      for bell in bells.withLock({ $0.filter { !ours.contains($0.key) }.values }) { bell.changed() }
      for id in ours {
        let bell = Bell()
        let isNew = bells.withLock { bells in
          guard bells[id] == nil else { return false }
          bells[id] = bell
          return true
        }
        guard isNew else { continue }
        drivers.addTask(executorPreference: tools.pool.executor) {
          await MailoutDriver(id: id, tools: self.tools, bell: bell).run()
          self.bells.withLock { $0[id] = nil }
        }
      }
    } catch {
      tools.log.warning("mailouts could not be acquired, trying again", [.error(error)])
    }
  }
}

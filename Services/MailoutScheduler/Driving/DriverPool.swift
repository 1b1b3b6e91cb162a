import Contracts
import Service
import Synchronization

/// Runs a driver for every mailout this replica has the lease of, and keeps the leases.
final class DriverPool: Component {
  let name = "drivers"
  private let tools: DriverTools
  private let signals = Mutex<[Int64: Signal]>([:])
  private let look = Signal()

  init(tools: DriverTools) { self.tools = tools }

  /// A mailout started here: look at once.
  func wake() { look.raise() }

  /// A mailout has changed, anywhere; nil where it is not known which.
  func changed(_ mailout: Int64?) {
    guard let mailout else {
      settled(Set(signals.withLock { $0.keys }))
      return look.raise()
    }
    settled([mailout])
    // It may have become one that has to be driven.
    look.raise()
  }

  /// Something of these mailouts has been settled.
  func settled(_ mailouts: Set<Int64>) {
    let waiting = signals.withLock { signals in mailouts.compactMap { signals[$0] } }
    for signal in waiting { signal.raise() }
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
      for id in try await tools.life.acquire() {
        let signal = Signal()
        let isNew = signals.withLock { signals in
          guard signals[id] == nil else { return false }
          signals[id] = signal
          return true
        }
        guard isNew else { continue }
        drivers.addTask {
          await MailoutDriver(id: id, tools: self.tools, signal: signal).run()
          self.signals.withLock { $0[id] = nil }
        }
      }
    } catch {
      tools.log.warning("mailouts could not be acquired, trying again", [.error(error)])
    }
  }
}

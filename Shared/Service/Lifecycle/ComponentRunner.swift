/// Runs one component in tasks of its own, so that it can be asked and cancelled apart from the others.
struct ComponentRunner: Sendable {
  let component: any Component
  private let wish = ShutdownSignal()
  private let cancellation = ShutdownSignal()

  init(_ component: any Component) {
    self.component = component
  }

  /// Asks it to finish.
  func ask() {
    wish.trigger()
    if component.stopMode == .cancellation { cancellation.trigger() }
  }

  /// Cancels its task.
  func cancel() {
    wish.trigger()
    cancellation.trigger()
  }

  /// Returns when the component has ended, with what it threw. What it throws because it was cancelled is no error.
  func run() async -> (any Error)? {
    await withTaskGroup(of: Step.self) { group in
      group.addTask {
        do {
          try await Shutdown.$signal.withValue(wish) { try await component.run() }
          return .ended(nil)
        } catch {
          return .ended(Task.isCancelled ? nil : error)
        }
      }
      group.addTask {
        await cancellation.wait()
        return .cancelled
      }
      var thrown: (any Error)?
      for await step in group {
        if case .ended(let error) = step { thrown = error }
        group.cancelAll()
      }
      return thrown
    }
  }

  private enum Step: Sendable {
    case ended((any Error)?)
    case cancelled
  }
}

import Contracts

/// The control table of a process, and who acts on its news. Unchecked: made once, then touched on the dispatchers' loop
/// only.
final class ControlDesk: @unchecked Sendable {
  private(set) var table = ControlTable()
  /// Whether the table is known to be whole: a snapshot has come since the connection that brings the news stands.
  private(set) var isCurrent = false
  private var listeners: [String: (_ mailouts: Set<Int64>) -> Void] = [:]

  /// - Parameter act: called after each change; an empty set where only `isCurrent` has changed.
  func listen(_ name: String, _ act: @escaping (_ mailouts: Set<Int64>) -> Void) { listeners[name] = act }

  func forget(_ name: String) { listeners[name] = nil }

  func apply(_ controls: [MailoutControl], at now: Moment) {
    let news = Set(controls.filter { table.apply($0, at: now) }.map(\.mailoutID))
    if !news.isEmpty { tell(news) }
  }

  func setCurrent(_ isCurrent: Bool, at now: Moment) {
    guard isCurrent != self.isCurrent else { return }
    self.isCurrent = isCurrent
    table.purge(at: now)
    tell([])
  }

  private func tell(_ mailouts: Set<Int64>) {
    for act in listeners.values { act(mailouts) }
  }
}

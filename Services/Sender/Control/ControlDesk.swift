import Contracts

/// What a process was told of mailouts and of customers, and who acts on the news. Unchecked: made once, then touched on the dispatchers' loop
/// only.
final class ControlDesk: @unchecked Sendable {
  private(set) var table = ControlTable()
  private(set) var consents = ConsentTable()
  /// Whether both tables are known to be whole: snapshots have come since the connection that brings the news stands.
  private(set) var isCurrent = false
  private var listeners: [ObjectIdentifier: (_ mailouts: Set<Int64>) -> Void] = [:]

  /// - Parameters:
  ///   - who: until it is to be forgotten.
  ///   - act: called after each change; an empty set where only `isCurrent` has changed.
  func listen(_ who: AnyObject, _ act: @escaping (_ mailouts: Set<Int64>) -> Void) {
    listeners[ObjectIdentifier(who)] = act
  }

  func forget(_ who: AnyObject) { listeners[ObjectIdentifier(who)] = nil }

  func apply(_ controls: [MailoutControl], at now: Moment) {
    let news = Set(controls.filter { table.apply($0, at: now) }.map(\.mailoutID))
    if !news.isEmpty { tell(news) }
  }

  /// Messages of these customers are met right before their calls.
  func apply(_ changes: [ConsentChange]) {
    for change in changes { consents.apply(change) }
  }

  func apply(_ snapshot: ConsentSnapshot) { consents.apply(snapshot) }

  func setCurrent(_ isCurrent: Bool) {
    guard isCurrent != self.isCurrent else { return }
    self.isCurrent = isCurrent
    tell([])
  }

  /// Forgets what is long over.
  func purge(at now: Moment) { table.purge(at: now) }

  private func tell(_ mailouts: Set<Int64>) {
    for act in listeners.values { act(mailouts) }
  }
}

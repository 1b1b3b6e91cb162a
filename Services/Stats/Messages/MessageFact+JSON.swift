import Contracts

extension MessageFact {
  /// As people are shown it.
  /// - Parameter own: its text, where it has one of its own.
  func view(_ own: OwnText? = nil) -> MessageView {
    var view = MessageView(id: id, mailoutID: mailoutID, customerID: customerID, status: status)
    view.own = own
    view.attempts = attempts
    view.reason = reason
    view.providerMessageID = providerMessageID
    view.latency = latency
    view.queuedAt = queuedAt
    view.finishedAt = finishedAt
    return view
  }
}

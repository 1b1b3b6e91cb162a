import Contracts

/// What must hold at the instant before a call. A pure rule: the caller brings both clocks and what is known of the
/// mailout.
struct CallGuard: Sendable {
  enum Permission: Equatable, Sendable {
    /// Call, and give up after so long at the latest.
    case call(timeout: Duration)
    /// The mailout is cancelled.
    case cancelled
    /// The end is here: no call starts at or after it.
    case expired
    /// The mailout is paused: the message waits.
    case paused
    /// The customer wants no messages, or is not there any more.
    case unwanted(ConsentState)
    /// Nobody here can know whether the customer still wants it, or whether a copy of the batch was not called long ago: the
    /// message is issued anew.
    case outdated
    /// The customer's local hours are over: the message waits for the next opening.
    case windowClosed
    /// The claim may belong to another by now: start nothing.
    case leaseLost
  }

  /// So long after a batch's own end, which a later one has replaced, nothing of it is called: soon nobody will know any
  /// more that it was settled (`ClaimStore.purge`), and this may be a second copy.
  static let belief: Duration = .seconds(1800)

  /// The mailout's when the batch was made; younger control overrides what the batch says.
  let revision: Int64
  let deadline: Deadline
  let closing: Deadline?
  /// See `Batch.asOf`.
  let asOf: Int64?

  /// - Parameter seen: when the batch came.
  init(_ batch: Batch, seen: Moment) {
    revision = batch.revision
    deadline = Deadline(batch.deadline, seen: seen)
    closing = batch.closesAt.map { Deadline($0, seen: seen) }
    asOf = batch.asOf
  }

  /// How long a call may last that is under way: what remains until the end or the window's close.
  func left(at now: Moment, control: ControlTable.Entry?) -> Duration {
    let end = (younger(control)?.deadline ?? deadline).left(at: now)
    return closing.map { min(end, $0.left(at: now)) } ?? end
  }

  private func younger(_ control: ControlTable.Entry?) -> ControlTable.Entry? {
    control.flatMap { $0.revision > revision ? $0 : nil }
  }

  /// - Parameters:
  ///   - control: the mailout as senders were last told of it.
  ///   - consents: what senders were told of customers; `customerID` is the message's.
  ///   - leaseUntil: until when the claim is surely ours.
  func permission(
    at now: Moment, control: ControlTable.Entry?, consents: ConsentTable, customerID: Int64,
    leaseUntil: ContinuousClock.Instant, callTimeout: Duration
  ) -> Permission {
    let control = younger(control)
    if control?.status == .cancelled { return .cancelled }
    var left = (control?.deadline ?? deadline).left(at: now)
    guard left > .zero, control?.status != .finished else { return .expired }
    if let state = consents[customerID], state != .optedIn { return .unwanted(state) }
    if control?.status == .paused { return .paused }
    if let closing {
      left = min(left, closing.left(at: now))
      guard left > .zero else { return .windowClosed }
    }
    guard consents.covers(asOf), deadline.left(at: now) > .zero - Self.belief else { return .outdated }
    guard now.monotonic < leaseUntil else { return .leaseLost }
    return .call(timeout: min(left, callTimeout))
  }
}

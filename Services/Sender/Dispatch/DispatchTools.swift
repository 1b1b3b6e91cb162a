/// What the dispatchers of a process share.
struct DispatchTools: Sendable {
  /// This copy's name.
  let instance: String
  let store: ClaimStore
  let providers: ProviderStore
  let wire: any DispatchWire
  let control: ControlDesk
  let permits: PermitPool
  let rates: RateDesk
  let pauser: MailoutPauser
  /// How long a batch may be held before what it has not called goes back.
  let holdLimit: Duration
  /// How long calls may go on once the process is to end.
  let drainLimit: Duration
  let clock: Moment.Clock
  let metrics: SenderMetrics
}

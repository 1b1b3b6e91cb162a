import EventLoop
import Synchronization

/// The calls of a client, from their start over a queue and a transfer of libcurl to their end. Unchecked: everything
/// but `inFlight` is used on the loop only, and each entry point is called there.
final class Engine: @unchecked Sendable {
  let inFlight = Atomic<Int>(0)
  private let configuration: HTTPClientConfiguration
  private let loop: EventLoop
  private var multi: Multi?
  private var isClosed = false
  private var transfers: [Transfer] = []
  private var idle: [Transfer] = []
  private var origins: OriginTable
  private var headerLists = HeaderListCache()

  init(_ configuration: HTTPClientConfiguration, loop: EventLoop) {
    self.configuration = configuration
    self.loop = loop
    origins = OriginTable(limit: max(1, configuration.maxConnectionsPerHost))
  }

  // MARK: calls

  /// - Parameter now: when this was called.
  func start(_ call: Call, now: ContinuousClock.Instant) {
    count(1)
    do throws(HTTPClientError) {
      let origin = try admit(call, now)
      call.origin = origin
      call.timer = loop.timer(at: call.deadline) { [self] in expire(call) }
      if origin.admit(call), !launch(call) { release(origin) }
    } catch {
      finish(call, .failure(error))
    }
  }

  /// What can be said of a call before it takes a place.
  private func admit(_ call: Call, _ now: ContinuousClock.Instant) throws(HTTPClientError) -> Origin {
    if isClosed { throw HTTPClientError(.closed, "the client is shut down") }
    if call.isCancelled.load(ordering: .relaxed) { throw HTTPClientError(.cancelled, "the task is cancelled") }
    let origin = try origins.origin(of: call.request.url)
    if call.deadline <= now { throw HTTPClientError(.timeout, "no time left to send", origin: origin.name) }
    return origin
  }

  /// Those that wait for a place are asked when they get one.
  func clip(now: ContinuousClock.Instant) {
    for case let call? in transfers.map(\.call) { clip(call, now) }
  }

  private func clip(_ call: Call, _ now: ContinuousClock.Instant) {
    guard let left = call.request.timeLeft?(), now + left < call.deadline else { return }
    call.deadline = now + left
    if let timer = call.timer { loop.cancel(timer) }
    call.timer = loop.timer(at: call.deadline) { [self] in expire(call) }
  }

  func cancel(_ call: Call) {
    abandon(call, .cancelled, "the task is cancelled")
  }

  private func expire(_ call: Call) {
    call.timer = nil
    abandon(call, .timeout, "no complete answer within the request's timeout")
  }

  private func abandon(_ call: Call, _ code: HTTPClientError.Code, _ message: String) {
    guard call.receiver != nil else { return }
    let left = call.transfer?.mayHaveLeft ?? false
    let error = HTTPClientError(code, message, origin: call.origin?.name, requestMayHaveLeft: left)
    if let transfer = call.transfer { end(transfer) }
    finish(call, .failure(error))
  }

  private func finish(_ call: Call, _ outcome: Call.Outcome) {
    guard let receiver = call.receiver else { return }
    call.receiver = nil
    if let timer = call.timer { loop.cancel(timer) }
    call.timer = nil
    count(-1)
    receiver.tell(outcome)
  }

  /// The loop alone counts, so that no locked instruction is needed.
  private func count(_ change: Int) {
    inFlight.store(inFlight.load(ordering: .relaxed) + change, ordering: .relaxed)
  }

  // MARK: transfers

  /// Hands a call that has a place to libcurl; false where it failed at once.
  private func launch(_ call: Call) -> Bool {
    do throws(HTTPClientError) {
      let multi = try openMulti()
      let headers = try headerLists.list(for: call.request.headers)
      if idle.isEmpty {
        let transfer = try multi.makeTransfer(configuration)
        transfers.append(transfer)
        idle.append(transfer)
      }
      let transfer = idle[idle.count - 1]
      try transfer.prepare(call, headers)
      idle.removeLast()
      call.transfer = transfer
      multi.add(transfer)
      return true
    } catch {
      finish(call, .failure(error))
      return false
    }
  }

  /// Takes a transfer back from libcurl and gives its place to the next call.
  private func end(_ transfer: Transfer) {
    guard let call = transfer.call else { return }
    multi?.remove(transfer)
    call.transfer = nil
    transfer.reset()
    idle.append(transfer)
    if let origin = call.origin { release(origin) }
  }

  private func release(_ origin: Origin) {
    while !isClosed, let next = origin.leave() {
      clip(next, .now)
      if launch(next) { return }
    }
  }

  private func openMulti() throws(HTTPClientError) -> Multi {
    if let multi { return multi }
    let multi = try Multi(configuration, loop: loop)
    multi.onEnd = { [self] transfer, code in
      guard let call = transfer.call else { return }
      let outcome = transfer.outcome(code)
      end(transfer)
      finish(call, outcome)
    }
    self.multi = multi
    return multi
  }

  // MARK: end

  func close() {
    guard !isClosed else { return }
    isClosed = true
    let message = "the client is shut down"
    for transfer in transfers {
      guard let call = transfer.call else { continue }
      let left = transfer.mayHaveLeft
      end(transfer)
      let error = HTTPClientError(.closed, message, origin: call.origin?.name, requestMayHaveLeft: left)
      finish(call, .failure(error))
    }
    for origin in origins.all {
      let error = HTTPClientError(.closed, message, origin: origin.name)
      for call in origin.takeWaiting() { finish(call, .failure(error)) }
    }
    idle = []
    transfers = []
    multi?.close()
    multi = nil
  }
}

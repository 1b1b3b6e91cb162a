internal import CCurl
import EventLoop

/// A multi handle of libcurl, driven by an event loop (`multi_socket`). On the loop only.
final class Multi {
  private let loop: EventLoop
  private let sockets: MultiSockets
  private var handle: UnsafeMutableRawPointer?
  /// When libcurl wants to be called next, and the timer for it, which may be set for an earlier instant.
  private var wakeAt: ContinuousClock.Instant?
  private var timer: (at: ContinuousClock.Instant, token: TimerToken)?
  /// libcurl wants to be called at once.
  private var isDue = false
  private var isScheduled = false
  /// Called for each transfer that libcurl has ended; it must be removed then.
  var onEnd: (Transfer, CURLcode) -> Void = { _, _ in }

  private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init(_ configuration: HTTPClientConfiguration, loop: EventLoop) throws(HTTPClientError) {
    guard Self.isLibraryReady, let handle = curl_multi_init() else {
      throw HTTPClientError(.internal, "libcurl does not start")
    }
    self.loop = loop
    self.handle = handle
    sockets = MultiSockets(loop: loop, givesUpStray: configuration.version == .http1)
    sockets.onReady = { [self] in ready($0, $1) }
    sockets.connect(to: handle)
    _ = mailout_multi_set_long(handle, CURLMOPT_MAX_HOST_CONNECTIONS, max(1, configuration.maxConnectionsPerHost))
    _ = mailout_multi_set_long(handle, CURLMOPT_MAXCONNECTS, max(1, configuration.maxIdleConnections))
    _ = mailout_multi_set_pointer(handle, CURLMOPT_TIMERDATA, Unmanaged.passUnretained(self).toOpaque())
    _ = mailout_multi_set_timer_callback(handle) { _, milliseconds, context in
      guard let context else { return -1 }
      Unmanaged<Multi>.fromOpaque(context).takeUnretainedValue().setWake(milliseconds)
      return 0
    }
  }

  func makeTransfer(_ configuration: HTTPClientConfiguration) throws(HTTPClientError) -> Transfer {
    let transfer = try Transfer(configuration, sockets)
    sockets.serve(transfer)
    return transfer
  }

  /// Starts a transfer, together with others of the same batch of work.
  func add(_ transfer: Transfer) {
    curl_multi_add_handle(handle, transfer.easy)
    runSoon()
  }

  /// Ends a transfer, whose connection is closed unless libcurl has ended it itself.
  func remove(_ transfer: Transfer) {
    curl_multi_remove_handle(handle, transfer.easy)
    runSoon()
  }

  /// Many sockets are ready at once, and many calls start at once: to go through libcurl, the ended calls and the new
  /// ones by turns would cost a third more, in cache misses.
  private func runSoon() {
    guard !isScheduled else { return }
    isScheduled = true
    loop.afterBatch { [self] in
      isScheduled = false
      run()
    }
  }

  /// Collects what has ended, and runs libcurl as long as it wants to; within reason, since others have work on the
  /// loop too.
  private func run() {
    for _ in 0..<8 {
      collect()
      guard isDue else { return }
      isDue = false
      act(CURL_SOCKET_TIMEOUT, 0)
    }
    collect()
    if isDue { setWake(after: .zero) }
  }

  /// Closes the connections and lets go of the closures, which hold this object and its owner. Every transfer must
  /// have been removed.
  func close() {
    if let handle { curl_multi_cleanup(handle) }
    handle = nil
    if let timer { loop.cancel(timer.token) }
    timer = nil
    isDue = false
    sockets.onReady = { _, _ in }
    onEnd = { _, _ in }
  }

  private func act(_ descriptor: Int32, _ flags: Int32) {
    guard let handle else { return }
    var running: Int32 = 0
    curl_multi_socket_action(handle, descriptor, flags, &running)
  }

  private func collect() {
    var left: Int32 = 0
    while let handle, let message = curl_multi_info_read(handle, &left)?.pointee {
      var context: UnsafeMutableRawPointer?
      guard message.msg == CURLMSG_DONE, mailout_get_private(message.easy_handle, &context) == CURLE_OK, let context
      else { continue }
      onEnd(Transfer.at(context), message.data.result)
    }
  }

  private func ready(_ descriptor: Int32, _ readiness: Readiness) {
    var flags: Int32 = 0
    if readiness.contains(.read) { flags |= CURL_CSELECT_IN }
    if readiness.contains(.write) { flags |= CURL_CSELECT_OUT }
    if !readiness.isDisjoint(with: .closed) { flags |= CURL_CSELECT_ERR }
    act(descriptor, flags)
    runSoon()
  }

  // MARK: libcurl's own timeouts

  private func setWake(_ milliseconds: Int) {
    isDue = milliseconds == 0
    guard milliseconds > 0 else {
      wakeAt = nil
      return
    }
    setWake(after: .milliseconds(milliseconds))
  }

  private func setWake(after wait: Duration) {
    let instant = ContinuousClock.now + wait
    wakeAt = instant
    // libcurl changes its mind with every call: an earlier timer stays and is set anew when it fires.
    if let timer, timer.at <= instant { return }
    setTimer(instant)
  }

  private func setTimer(_ instant: ContinuousClock.Instant) {
    if let timer { loop.cancel(timer.token) }
    timer = (instant, loop.timer(at: instant) { [self] in wakeUp() })
  }

  private func wakeUp() {
    timer = nil
    guard let wakeAt else { return }
    guard wakeAt <= .now else { return setTimer(wakeAt) }
    self.wakeAt = nil
    act(CURL_SOCKET_TIMEOUT, 0)
    runSoon()
  }
}

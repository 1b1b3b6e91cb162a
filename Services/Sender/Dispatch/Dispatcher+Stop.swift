import Service

/// The end of a process that cannot wait for every answer.
extension Dispatcher {
  /// A call may last for minutes, a process that is to end has seconds. What has no answer by then is written down as any
  /// call whose end nobody knows, instead of being made again by the next owner as if it had never been.
  func breakOffInTime() async {
    await Shutdown.requested()
    do { try await Task.sleep(for: tools.drainLimit) } catch { return }
    stop()
    guard underWay > 0 else { return }
    log.warning("calls without an answer are broken off", [.field("count", underWay)])
    isBreakingOff = true
    for caller in formerCallers + [caller] { caller.close() }
  }
}

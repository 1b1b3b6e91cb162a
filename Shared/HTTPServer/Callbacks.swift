internal import CMicroHTTPD
internal import Glibc

/// The C callbacks; each finds its object and calls it. Always on a worker's thread.
enum Callbacks {
  static func fill(_ settings: inout mailout_mhd_settings) {
    settings.on_accept = { context, address, length in
      Callbacks.worker(context).core.mayAccept(from: SocketAddress.text(of: address, length)) ? .YES : .NO
    }
    settings.on_connection = { context, connection, slot, event in
      Callbacks.connection(Callbacks.worker(context), connection, slot, event)
    }
    settings.on_target = { context, target, connection in
      Callbacks.target(Callbacks.worker(context), target, connection)
    }
    settings.on_access = { _, _, _, method, version, data, size, slot in
      Callbacks.access(method, version, data, size, slot) ? .YES : .NO
    }
    settings.on_completed = { _, _, slot, reason in
      guard let pointer = slot?.pointee else { return }
      slot?.pointee = nil
      let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue()
      exchange.finish(cleanly: reason == .REQUEST_TERMINATED_COMPLETED_OK)
    }
    // Targets are decoded by HTTPTarget, strictly; the library leaves them as they are.
    settings.on_unescape = { _, _, text in text.map { strlen($0) } ?? 0 }
  }

  private static func worker(_ context: UnsafeMutableRawPointer?) -> Worker {
    // Callbacks come from a worker's own calls of the library alone.
    Unmanaged<Worker>.fromOpaque(context!).takeUnretainedValue()
  }

  private static func connection(
    _ worker: Worker, _ handle: OpaquePointer?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _ event: MHD_ConnectionNotificationCode
  ) {
    guard let handle, let slot else { return }
    switch event {
    case .CONNECTION_NOTIFY_STARTED:
      let connection = Connection(socket: mailout_mhd_socket(handle), worker: worker, now: .now)
      worker.core.add(connection)
      worker.watchdog.arm()
      slot.pointee = Unmanaged.passRetained(connection).toOpaque()
    default:
      guard let pointer = slot.pointee else { return }
      slot.pointee = nil
      let connection = Unmanaged<Connection>.fromOpaque(pointer).takeRetainedValue()
      connection.close()
      worker.core.remove(connection)
      worker.noteClosed()
    }
  }

  private static func target(
    _ worker: Worker, _ target: UnsafePointer<CChar>?, _ handle: OpaquePointer?
  ) -> UnsafeMutableRawPointer? {
    guard let handle, let target, let context = mailout_mhd_context(handle) else { return nil }
    let connection = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
    let exchange = Exchange(client: connection, handle: handle, target: target)
    if exchange.hasTooManyParameters { exchange.refuseTarget() }
    return Unmanaged.passRetained(exchange).toOpaque()
  }

  private static func access(
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ data: UnsafePointer<CChar>?,
    _ size: UnsafeMutablePointer<Int>?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  ) -> Bool {
    guard let pointer = slot?.pointee, let method, let version, let size else { return false }
    let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    switch exchange.stage {
    case .fresh: return exchange.begin(method: method, version: version)
    case .opening: return exchange.openingResumed()
    case .complete: return exchange.waitForAnswer()
    case .body where size.pointee == 0: return exchange.complete()
    case .lingering where size.pointee == 0: return false
    case .body, .lingering:
      guard let data else { return false }
      return exchange.receive(data, &size.pointee)
    }
  }
}

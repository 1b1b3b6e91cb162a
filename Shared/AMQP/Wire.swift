internal import CRabbitMQ
import Glibc

/// A logged-in connection of the library: its calls in Swift's terms. Belongs to one thread at a time.
final class Wire {
  /// The largest frame agreed to; the broker's own default.
  static let frameSize: Int32 = 131_072
  /// Written at most before the socket is asked for room again, and the largest body frame.
  static let stride = 32_768
  private static let sendBuffer: Int32 = 524_288

  let connection: amqp_connection_state_t
  let arena = Arena()
  var assembler = ContentAssembler<Incoming.Start>()
  /// Whether its one consumer is there, as far as is known.
  var isConsuming = false
  /// How much may be written without asking for room.
  var credit = 0

  private init(_ connection: amqp_connection_state_t) { self.connection = connection }

  deinit { amqp_destroy_connection(connection) }

  /// The socket; kept, because the library closes it on its own where a heartbeat is missing.
  private(set) var descriptor: Int32 = -1

  /// The agreed heartbeat in seconds; 0: none.
  var heartbeat: Int { Int(amqp_get_heartbeat(connection)) }

  /// Connects and logs in; blocks for at most twice the connect timeout.
  static func open(_ endpoint: AMQPEndpoint, _ configuration: AMQPConfiguration) throws(AMQPError) -> Wire {
    guard let connection = amqp_new_connection() else { throw AMQPError(.connect, "no memory for a connection") }
    let wire = Wire(connection)
    try wire.connect(to: endpoint, configuration)
    try wire.login(configuration)
    return wire
  }

  private func connect(to endpoint: AMQPEndpoint, _ configuration: AMQPConfiguration) throws(AMQPError) {
    let socket =
      if let tls = configuration.tls { try secureSocket(tls) } else { amqp_tcp_socket_new(connection) }
    guard let socket else { throw AMQPError(.connect, "no memory for a socket") }
    var timeout = timeval(configuration.connectTimeout)
    amqp_set_handshake_timeout(connection, &timeout)
    amqp_set_rpc_timeout(connection, &timeout)
    let status = amqp_socket_open_noblock(socket, endpoint.host, Int32(endpoint.port), &timeout)
    guard status == AMQP_STATUS_OK.rawValue else {
      let isTLS = (AMQP_STATUS_SSL_SET_ENGINE_FAILED.rawValue...AMQP_STATUS_SSL_ERROR.rawValue).contains(status)
      throw AMQPError(isTLS ? .tls : .connect, "cannot connect to \(endpoint)", cause: Wire.text(status))
    }
    descriptor = amqp_get_sockfd(connection)
    mailout_socket_size(descriptor, Wire.sendBuffer)
  }

  private func secureSocket(_ tls: AMQPTLS) throws(AMQPError) -> OpaquePointer? {
    guard let socket = amqp_ssl_socket_new(connection) else { return nil }
    amqp_ssl_socket_set_verify_peer(socket, tls.verify ? 1 : 0)
    amqp_ssl_socket_set_verify_hostname(socket, tls.verify ? 1 : 0)
    _ = amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST)
    if tls.verify {
      guard let path = tls.authorities ?? AMQPTLS.systemBundles.first(where: { access($0, R_OK) == 0 }) else {
        throw AMQPError(.tls, "this system keeps no list of authorities where expected: name one with cacertfile")
      }
      guard amqp_ssl_socket_set_cacert(socket, path) == AMQP_STATUS_OK.rawValue else {
        throw AMQPError(.tls, "cannot read the authorities in \(path)")
      }
    }
    if let certificate = tls.certificate, let key = tls.key {
      guard amqp_ssl_socket_set_key(socket, certificate, key) == AMQP_STATUS_OK.rawValue else {
        throw AMQPError(.tls, "cannot use the certificate \(certificate) with the key \(key)")
      }
    }
    return socket
  }

  private func login(_ configuration: AMQPConfiguration) throws(AMQPError) {
    var properties = arena.table([
      "connection_name": .string(configuration.name),
      "product": "mailout",
      "capabilities": .table([
        "connection.blocked": true, "consumer_cancel_notify": true, "basic.nack": true, "publisher_confirms": true,
      ]),
    ])
    let seconds = Int32(clamping: configuration.heartbeat.components.seconds)
    let reply = mailout_amqp_login(
      connection, configuration.virtualHost, 16, Wire.frameSize, seconds, &properties, configuration.user,
      configuration.password)
    try check(reply, .connect, "cannot log in as \(configuration.user)")
    arena.reset()
  }

  /// Says good-bye; waits for the broker's answer at most `timeout`.
  func close(timeout: Duration = .seconds(1)) {
    var timeout = timeval(timeout)
    amqp_set_rpc_timeout(connection, &timeout)
    _ = amqp_connection_close(connection, 200)
  }
}

extension Wire {
  /// Throws what an RPC's reply says went wrong. A closed channel is confirmed to the broker.
  func check(_ reply: amqp_rpc_reply_t, _ code: AMQPError.Code, _ message: String) throws(AMQPError) {
    switch reply.reply_type {
    case AMQP_RESPONSE_NORMAL:
      return
    case AMQP_RESPONSE_SERVER_EXCEPTION where reply.reply.id == Method.channelClose:
      throw AMQPError(code, message, cause: reply.reply.closeReason)
    case AMQP_RESPONSE_SERVER_EXCEPTION where reply.reply.id == Method.connectionClose:
      let cause = reply.reply.closeReason
      let refused = cause.hasPrefix("403") || cause.hasPrefix("530")
      throw AMQPError(refused ? .accessRefused : .disconnected, message, cause: cause)
    case AMQP_RESPONSE_LIBRARY_EXCEPTION:
      throw AMQPError(code == .connect ? .connect : .disconnected, message, cause: Wire.text(reply.library_error))
    default:
      throw AMQPError(.protocol, message, cause: "an answer that was not asked for")
    }
  }

  /// Throws where a call of the library failed: the connection is of no use any more.
  func check(_ status: Int32) throws(AMQPError) {
    guard status == AMQP_STATUS_OK.rawValue else {
      throw AMQPError(.disconnected, "the connection was lost", cause: Wire.text(status))
    }
  }

  static func text(_ status: Int32) -> String { String(cString: amqp_error_string2(status)) }
}

extension timeval {
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
  }
}

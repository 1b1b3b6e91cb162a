public import EventLoop

/// Where the broker is, who we are, and how a connection behaves.
public struct AMQPConfiguration: Sendable, CustomStringConvertible {
  /// Tried in random order until one answers.
  public var endpoints: [AMQPEndpoint]
  public var user: String
  public var password: String
  public var virtualHost: String
  /// nil: plain TCP.
  public var tls: AMQPTLS?
  /// The connection's name in the broker's lists.
  public var name: String
  /// Whole seconds, 0 turns heartbeats off. A silent connection is given up after twice this time, by the broker too: so
  /// soon the work of a process that stands still, or is cut off, goes to another.
  public var heartbeat: Duration
  /// For TCP and TLS together, then again for the login, and for each declaration.
  public var connectTimeout: Duration
  /// The thread that moves its bytes, which others may use too; nil: one of its own.
  public var loop: EventLoop?
  /// Told what happens to the connection of that name. Called on the connection's thread: return quickly.
  public var onEvent: (@Sendable (AMQPEvent, _ connection: String) -> Void)?

  /// `url` is `amqp[s]://user:password@host:port,host:port/vhost?parameters`; the user is `guest`, the virtual host `/`
  /// and the port 5672 (5671 with TLS) unless given. Parameters: `heartbeat` (seconds), `connection_timeout`
  /// (milliseconds), `cacertfile`, `certfile`, `keyfile`, `verify` (`verify_peer` or `verify_none`).
  /// Throws `.invalidURL` naming what is wrong.
  public init(url: String, name: String, heartbeat: Duration = .seconds(5)) throws(AMQPError) {
    let parsed = try AMQPURL(url)
    endpoints = parsed.endpoints
    user = parsed.user
    password = parsed.password
    virtualHost = parsed.virtualHost
    tls = parsed.tls
    self.name = name
    self.heartbeat = parsed.heartbeat ?? heartbeat
    connectTimeout = parsed.connectTimeout ?? .seconds(5)
  }

  /// The URL without its password.
  public var description: String {
    let hosts = endpoints.map(\.description).joined(separator: ",")
    return "\(tls == nil ? "amqp" : "amqps")://\(user)@\(hosts)/\(virtualHost == "/" ? "" : virtualHost)"
  }
}

extension AMQPConfiguration: CustomDebugStringConvertible, CustomReflectable {
  public var debugDescription: String { description }
  /// Keeps the password out of dumps.
  public var customMirror: Mirror { Mirror(self, children: ["url": description, "name": name]) }
}

/// How an `amqps` connection is secured.
public struct AMQPTLS: Sendable, Equatable {
  /// A PEM file of the authorities to trust; nil: the system's.
  public var authorities: String?
  /// Whether the server's certificate and host name are checked.
  public var verify: Bool
  /// PEM files of the client's own certificate and key, where the broker asks for one.
  public var certificate: String?
  public var key: String?

  public init(authorities: String? = nil, verify: Bool = true, certificate: String? = nil, key: String? = nil) {
    self.authorities = authorities
    self.verify = verify
    self.certificate = certificate
    self.key = key
  }

  /// Where Linux distributions keep the system's authorities.
  static let systemBundles = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
  ]
}

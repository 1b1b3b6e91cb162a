/// A program on our queues, as the broker vouches for it: the user "integration-shop" is the principal "integration:shop",
/// and has the queues whose names begin with "integration.shop.".
public struct IntegrationUser: Sendable, Hashable {
  private static let prefix = "integration-"

  /// Lower-case letters, digits and dashes.
  public let name: String

  /// - Returns: nil for what cannot be a part of names of queues and users.
  public init?(name: String) {
    let isFit = name.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
    }
    guard (1...40).contains(name.utf8.count), isFit, name.first != "-", name.last != "-" else { return nil }
    self.name = name
  }

  /// - Returns: nil for a user who is no integration.
  public init?(user: String) {
    guard user.hasPrefix(Self.prefix) else { return nil }
    self.init(name: String(user.dropFirst(Self.prefix.count)))
  }

  public var user: String { Self.prefix + name }
  public var principal: String { "integration:\(name)" }
  /// Where its events come.
  public var queue: String { "integration.\(name).events" }

  /// Whether an answer may go there: a queue of its own, or the one that the broker makes for its connection. Any other
  /// would have us write, with our rights, where it may not.
  public func mayHearAt(_ address: String) -> Bool {
    address.hasPrefix("amq.rabbitmq.reply-to.") || address.hasPrefix("integration.\(name).")
  }
}

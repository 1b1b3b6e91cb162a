/// The connections to the broker that a provider's batches need, as they are at this instant.
struct BrokerLink: Sendable {
  /// Whether the connection stands that deliveries come by; if not, those in hand are void.
  let isReceiving: Bool
  let isPublishing: Bool

  /// Whether it can hear and be heard.
  var isConnected: Bool { isReceiving && isPublishing }
}

/// Whether a sender gives a buyer a rest; the data of `buyer.circuit-opened.v1` and `buyer.circuit-closed.v1`. Each copy
/// of the sender judges by its own calls.
public struct BuyerCircuit: Codable, Sendable, Equatable {
  public var id: Int64
  public var name: String
  /// "open" also while it is tried again.
  public var circuit: ProviderFact.Circuit
  /// Why it is open; nil when it is closed.
  public var reason: String?
  /// Which copy of the sender says so.
  public var sender: String

  public init(id: Int64, name: String, circuit: ProviderFact.Circuit, reason: String?, sender: String) {
    self.id = id
    self.name = name
    self.circuit = circuit
    self.reason = reason
    self.sender = sender
  }
}

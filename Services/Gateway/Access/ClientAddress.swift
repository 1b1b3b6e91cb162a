import HTTPServer

/// Where a request comes from: the connection's other end, or, where that is a proxy of ours, whom the proxy names in
/// `X-Forwarded-For`.
struct ClientAddress: Sendable {
  /// Of what a proxy says no more is read than this many addresses.
  private static let maxHops = 20

  let trustedProxies: [Network]

  /// Read from the right, as each proxy appends who spoke to it: the first that is no proxy of ours. What stands left
  /// of it anybody may have written.
  func of(_ request: HTTPRequest) -> String {
    var address = request.remoteAddress
    guard isTrusted(address) else { return address }
    let hops = request.headers.values("X-Forwarded-For").flatMap { $0.split(separator: ",") }
    for hop in hops.suffix(Self.maxHops).reversed() {
      let text = String(hop.trimming(while: { $0 == " " || $0 == "\t" }))
      guard Network.address(text) != nil else { return address }
      address = text
      if !isTrusted(address) { return address }
    }
    return address
  }

  private func isTrusted(_ text: String) -> Bool {
    guard !trustedProxies.isEmpty, let address = Network.address(text) else { return false }
    return trustedProxies.contains { $0.contains(address) }
  }
}

import HTTPServer
import Testing

@testable import Gateway

/// Nobody can choose the address they are throttled by.
@Suite struct ClientAddressTests {
  private func address(_ remote: String, _ forwarded: [String], trusted: [String]) throws -> String {
    let headers = HTTPHeaders(forwarded.map { (name: "X-Forwarded-For", value: $0) })
    let request = try HTTPRequest(method: .get, target: "/", headers: headers, remoteAddress: remote)
    return ClientAddress(trustedProxies: trusted.compactMap(Network.init)).of(request)
  }

  @Test func withoutTrustedProxiesTheHeaderMeansNothing() throws {
    #expect(try address("192.0.2.1", ["198.51.100.7"], trusted: []) == "192.0.2.1")
    #expect(try address("192.0.2.1", ["198.51.100.7"], trusted: ["10.0.0.0/8"]) == "192.0.2.1")
  }

  @Test func theFirstFromTheRightThatIsNoProxyOfOursCounts() throws {
    let trusted = ["10.0.0.0/8", "2001:db8::/32"]
    #expect(try address("10.1.2.3", ["198.51.100.7"], trusted: trusted) == "198.51.100.7")
    #expect(try address("10.1.2.3", ["forged, 198.51.100.7, 10.9.9.9"], trusted: trusted) == "198.51.100.7")
    #expect(try address("10.1.2.3", ["1.1.1.1", "198.51.100.7 , 2001:db8::5"], trusted: trusted) == "198.51.100.7")
    #expect(try address("::ffff:10.1.2.3", ["2001:db9::1"], trusted: trusted) == "2001:db9::1")
    #expect(try address("10.1.2.3", [], trusted: trusted) == "10.1.2.3")
    #expect(try address("10.1.2.3", ["10.4.4.4"], trusted: trusted) == "10.4.4.4")
  }

  @Test func nonsenseStopsTheSearch() throws {
    #expect(try address("10.1.2.3", ["198.51.100.7, banana, 10.5.5.5"], trusted: ["10.0.0.0/8"]) == "10.5.5.5")
    #expect(
      try address("10.1.2.3", [String(repeating: "10.0.0.1,", count: 500)], trusted: ["10.0.0.0/8"]) == "10.0.0.1")
  }

  @Test func networksAreReadStrictly() {
    for bad in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/x", "host", "10.0.0.0/-1"] {
      #expect(Network(bad) == nil, "\(bad)")
    }
    #expect(Network("10.0.0.0/9")?.contains([10, 127, 0, 1]) == true)
    #expect(Network("10.0.0.0/9")?.contains([10, 128, 0, 1]) == false)
    #expect(Network("0.0.0.0/0")?.contains([8, 8, 8, 8]) == true)
    #expect(Network("192.0.2.1")?.contains([192, 0, 2, 1]) == true)
    #expect(Network("192.0.2.1")?.contains([192, 0, 2, 2]) == false)
  }
}

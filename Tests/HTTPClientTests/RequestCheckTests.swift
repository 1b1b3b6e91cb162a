import Glibc
import HTTPClient
import Testing

@Suite struct RequestCheckTests {
  private let client = HTTPClient()

  @Test(arguments: [
    "", "/path", "ftp://host/", "file:///etc/passwd", "http://", "http:///path", "http://host/a b",
    "http://host/\r\nX: y", "http://h\u{f6}st/", "http://user@/", "http://host\\@other/", "http://host:notaport/",
  ])
  func refusesWhatIsNoURL(_ url: String) async throws {
    let error = try await failure(of: client, HTTPClientRequest(url: url))
    #expect(error.code == .invalidURL)
    #expect(!error.requestMayHaveLeft)
  }

  @Test(arguments: [
    ("X-A", "b\r\nX-C: d"), ("X-A", "\u{0}"), ("X A", "b"), ("", "b"), ("X-A:", "b"), ("content-length", "1"),
    ("Transfer-Encoding", "chunked"), ("Expect", "100-continue"),
  ])
  func refusesHeaders(_ name: String, _ value: String) async throws {
    let request = HTTPClientRequest(url: "http://127.0.0.1:1/", headers: [(name, value)])
    let error = try await failure(of: client, request)
    #expect(error.code == .invalidRequest)
    #expect(!error.requestMayHaveLeft)
  }

  @Test(arguments: [("GET /", false), ("", false), ("GE\r\nT", false), ("HEAD", true)])
  func refusesMethods(_ method: String, _ hasBody: Bool) async throws {
    let request = HTTPClientRequest(
      method: HTTPClientRequest.Method(rawValue: method), url: "http://127.0.0.1:1/", body: hasBody ? [1] : [])
    #expect(try await failure(of: client, request).code == .invalidRequest)
  }

  @Test func errorsNameNoSecret() async throws {
    let (descriptor, port) = try Sockets.bind()
    defer { close(descriptor) }
    let headers = [("Authorization", "Bearer s3cret-token")]
    let urls = [
      "http://me:pa55word@127.0.0.1:\(port)/", "http://me:pa55word@nosuch.invalid/", "http://me:pa55word@host:99999/",
      "http://me:pa55word@127.0.0.1:\(port)\\", "http://me:pa55word@[::1/",
    ]
    for url in urls {
      let error = try await failure(of: client, HTTPClientRequest(url: url, headers: headers))
      for text in [error.description, error.message, error.origin ?? "", "\(error)"] {
        #expect(!text.contains("pa55word"))
        #expect(!text.contains("s3cret"))
      }
    }
    let bad = HTTPClientRequest(url: "http://127.0.0.1:\(port)/", headers: [("Authorization", "s3cret\r\n")])
    #expect(try await !failure(of: client, bad).description.contains("s3cret"))
  }
}

import EventLoop
import HTTPClient

// For all that is not about time: a busy machine may take long over anything.

extension HTTPClient {
  static func patient(
    loop: EventLoop? = nil, _ change: (inout HTTPClientConfiguration) -> Void = { _ in }
  ) -> HTTPClient {
    var configuration = HTTPClientConfiguration(connectTimeout: .seconds(600))
    change(&configuration)
    return HTTPClient(configuration: configuration, loop: loop)
  }
}

extension HTTPClientRequest {
  static func patient(
    method: Method = .get, url: String, headers: [(String, String)] = [], body: [UInt8] = []
  ) -> HTTPClientRequest {
    HTTPClientRequest(method: method, url: url, headers: headers, body: body, timeout: .seconds(600))
  }
}

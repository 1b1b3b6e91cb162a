import EventLoop
import HTTPClient

/// Calls through the product's HTTP client, from tasks that live on its event loop.
struct ClientLoad: Sendable {
  let url: String
  let token: String
  let count: Int
  let firstID: Int

  /// Returns how many calls were answered with 200.
  func run(_ client: HTTPClient, on loop: EventLoop, inFlight: Int) async -> Int {
    let headers = CurlLimit.headers(token: token)
    return await withTaskGroup(of: Int.self) { group in
      for worker in 0..<inFlight {
        group.addTask(executorPreference: loop) {
          var succeeded = 0
          for number in stride(from: worker, to: count, by: inFlight) {
            let id = firstID + number
            let request = HTTPClientRequest(
              method: .post, url: "\(url)/\(id)", headers: headers, body: Array(CurlLimit.body(id: id).utf8))
            if let response = try? await client.send(request), response.status == 200 { succeeded += 1 }
          }
          return succeeded
        }
      }
      return await group.reduce(0, +)
    }
  }
}

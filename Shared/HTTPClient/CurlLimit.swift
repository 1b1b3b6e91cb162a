internal import CCurl

/// The physical limit of sending: libcurl driven the plain way (`curl_multi_poll`), keep-alive connections, one POST of
/// about 100 bytes a message, and nothing else. What the client and the product reach is measured against it.
public struct CurlLimit {
  /// What was measured.
  public struct Result: Sendable {
    /// Calls made.
    public let calls: Int
    /// Those of them answered with 200.
    public let succeeded: Int
    public let duration: Duration
  }

  private let multi: UnsafeMutableRawPointer
  private let url: String
  private let headers: HeaderList
  private let count: Int
  private let firstID: Int
  private var started = 0
  private var succeeded = 0

  /// Makes `count` calls `POST <url>/<id>` over `connections` connections, on the calling thread.
  /// - Parameters:
  ///   - token: for the `Authorization: Bearer` header.
  ///   - firstID: the id of the first message; the others follow.
  /// - Throws: `.internal` where libcurl does not work; a failed call is only not counted as succeeded.
  public static func measure(
    url: String, token: String, count: Int, connections: Int, firstID: Int = 1
  ) throws(HTTPClientError) -> Result {
    guard let multi = curl_multi_init() else { throw HTTPClientError(.internal, "libcurl does not start") }
    defer { curl_multi_cleanup(multi) }
    let headers = try HeaderList(headers(token: token))
    var limit = CurlLimit(multi: multi, url: url, headers: headers, count: count, firstID: firstID)
    let start = ContinuousClock.now
    try limit.run(connections: connections)
    return Result(calls: limit.started, succeeded: limit.succeeded, duration: start.duration(to: .now))
  }

  /// The headers of each call.
  public static func headers(token: String) -> [(String, String)] {
    [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")]
  }

  /// The body of each call, about 100 bytes.
  public static func body(id: Int) -> String {
    #"{"id":\#(id),"phone":\#(79_160_000_000 + id % 10_000_000),"text":"Dear customer, your order is ready. Thank you!"}"#
  }

  private init(multi: UnsafeMutableRawPointer, url: String, headers: HeaderList, count: Int, firstID: Int) {
    self.multi = multi
    self.url = url
    self.headers = headers
    self.count = count
    self.firstID = firstID
  }

  private mutating func run(connections: Int) throws(HTTPClientError) {
    _ = mailout_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
    var handles: [UnsafeMutableRawPointer] = []
    defer { for easy in handles { curl_easy_cleanup(easy) } }
    for _ in 0..<min(connections, count) {
      guard let easy = curl_easy_init() else { throw HTTPClientError(.internal, "no easy handle") }
      handles.append(easy)
      prepare(easy)
      start(easy)
    }
    var running: Int32 = 1
    while running > 0 {
      guard curl_multi_perform(multi, &running) == CURLM_OK else { throw HTTPClientError(.internal, "libcurl stopped") }
      if collect() { running = 1 }
      if running > 0 { curl_multi_poll(multi, nil, 0, 1000, nil) }
    }
  }

  private func prepare(_ easy: UnsafeMutableRawPointer) {
    _ = mailout_set_pointer(easy, CURLOPT_HTTPHEADER, headers.list)
    _ = mailout_set_long(easy, CURLOPT_NOSIGNAL, 1)
    _ = mailout_set_string(easy, CURLOPT_PROXY, "")
    _ = mailout_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
  }

  private mutating func start(_ easy: UnsafeMutableRawPointer) {
    let id = firstID + started
    started += 1
    _ = mailout_set_string(easy, CURLOPT_URL, "\(url)/\(id)")
    _ = mailout_set_string(easy, CURLOPT_COPYPOSTFIELDS, Self.body(id: id))
    curl_multi_add_handle(multi, easy)
  }

  /// Takes what has ended and starts the next calls; whether it started one.
  private mutating func collect() -> Bool {
    var left: Int32 = 0
    var hasStarted = false
    while let message = curl_multi_info_read(multi, &left)?.pointee {
      guard message.msg == CURLMSG_DONE, let easy = message.easy_handle else { continue }
      var status = 0
      _ = mailout_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
      if message.data.result == CURLE_OK && status == 200 { succeeded += 1 }
      curl_multi_remove_handle(multi, easy)
      if started < count {
        start(easy)
        hasStarted = true
      }
    }
    return hasStarted
  }
}

internal import CCurl

/// An easy handle of libcurl with its buffers, used for one call after another.
final class Transfer {
  /// The header lines of an answer together; more is no answer of a sane server.
  private static let maxHeadBytes = 65_536

  let easy: UnsafeMutableRawPointer
  /// The call it works for.
  var call: Call?
  private let sockets: MultiSockets
  private let maxBodyBytes: Int
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var upload = ByteBuffer()
  private var head = ByteBuffer()
  private var body = ByteBuffer()
  private var headers: HeaderList?
  private var method: HTTPClientRequest.Method?
  private var hasUpload = false
  private var uploadStart: UnsafeMutablePointer<UInt8>?
  /// Whether a second sending does no harm.
  private var isSafe = true
  /// Whether a connection stood ready for the request.
  private var wasConnected = false
  /// Why this side has ended the transfer.
  private var refusal: HTTPClientError.Code?

  init(_ configuration: HTTPClientConfiguration, _ sockets: MultiSockets) throws(HTTPClientError) {
    guard let easy = curl_easy_init() else { throw HTTPClientError(.internal, "no easy handle") }
    self.easy = easy
    self.sockets = sockets
    maxBodyBytes = configuration.maxResponseBytes
    let options = TransferOptions(easy)
    options.set(configuration)
    options.set(callbacksOf: self, errorText: errorText)
  }

  deinit {
    curl_easy_cleanup(easy)
    errorText.deallocate()
  }

  /// Makes the handle ready for the call's request.
  func prepare(_ call: Call, _ headers: HeaderList) throws(HTTPClientError) {
    let request = call.request
    guard request.url.withCString({ mailout_set_string(easy, CURLOPT_URL, $0) }) == CURLE_OK else {
      throw HTTPClientError(.invalidURL, "the URL is too long")
    }
    if self.headers !== headers {
      _ = mailout_set_pointer(easy, CURLOPT_HTTPHEADER, headers.list)
      self.headers = headers
    }
    let withBody = !request.body.isEmpty || [.post, .put, .patch].contains(request.method)
    if withBody { setUpload(request.body) }
    if method != request.method || hasUpload != withBody { try setMethod(request.method, withBody) }
    errorText.pointee = 0
    wasConnected = false
    refusal = nil
    self.call = call
  }

  private func setUpload(_ bytes: [UInt8]) {
    upload.clear()
    bytes.withUnsafeBufferPointer { upload.append($0) }
    _ = mailout_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(upload.count))
    guard uploadStart != upload.start else { return }
    uploadStart = upload.start
    _ = mailout_set_pointer(easy, CURLOPT_POSTFIELDS, upload.start)
  }

  private func setMethod(_ method: HTTPClientRequest.Method, _ withBody: Bool) throws(HTTPClientError) {
    guard Token.isValid(method.rawValue) else { throw HTTPClientError(.invalidRequest, "the method is no token") }
    guard method != .head || !withBody else { throw HTTPClientError(.invalidRequest, "HEAD has no body") }
    let usual: HTTPClientRequest.Method = method == .head ? .head : withBody ? .post : .get
    _ = mailout_set_long(easy, method == .head ? CURLOPT_NOBODY : withBody ? CURLOPT_POST : CURLOPT_HTTPGET, 1)
    if method == usual {
      _ = mailout_set_string(easy, CURLOPT_CUSTOMREQUEST, nil)
    } else {
      _ = mailout_set_string(easy, CURLOPT_CUSTOMREQUEST, method.rawValue)
    }
    self.method = method
    hasUpload = withBody
    isSafe = [.get, .head, .options].contains(method)
  }

  // MARK: what libcurl tells while it works

  /// libcurl sends a request again on its own where a kept-alive connection ends without an answer. It must not, once
  /// anything has left: neither over a new connection nor over another idle one.
  private func maySend() -> Bool {
    guard isSafe || !mayHaveLeft else {
      refusal = .reset
      return false
    }
    return true
  }

  /// Called before each sending of the request, with a connection ready for it; false ends the transfer.
  func willSend() -> Bool {
    guard maySend(), isWanted() else { return false }
    wasConnected = true
    return true
  }

  /// Whether the request is still to be sent, however long it took to get a connection. Where the process stood still
  /// meanwhile, its sockets are looked at before the timer that ends the call.
  private func isWanted() -> Bool {
    guard let call else { return false }
    if let mayLeave = call.request.mayLeave, !mayLeave() {
      refusal = .withheld
    } else if call.deadline <= .now {
      refusal = .timeout
    }
    return refusal == nil
  }

  /// Called for each new connection; -1 ends the transfer.
  func openSocket(_ family: Int32, _ type: Int32, _ proto: Int32) -> Int32 {
    maySend() ? sockets.open(family, type, proto) : -1
  }

  func receiveHead(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    // A new status line: what came before was a 1xx answer.
    if line.count > 5, line[0] == UInt8(ascii: "H"), line[4] == UInt8(ascii: "/"), line.starts(with: "HTTP/".utf8) {
      head.clear()
    }
    guard head.count + line.count <= Self.maxHeadBytes else {
      refusal = .protocol
      return false
    }
    head.append(line)
    return true
  }

  func receiveBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard body.count + bytes.count <= maxBodyBytes else {
      refusal = .bodyTooLarge
      return false
    }
    body.append(bytes)
    return true
  }

  // MARK: how it ended

  /// Whether one byte of the request was taken by the kernel.
  var mayHaveLeft: Bool {
    var sent = 0
    return wasConnected && mailout_get_long(easy, CURLINFO_REQUEST_SIZE, &sent) == CURLE_OK && sent > 0
  }

  func outcome(_ code: CURLcode) -> Call.Outcome {
    guard code == CURLE_OK else { return .failure(error(code)) }
    var status = 0
    var microseconds: curl_off_t = 0
    _ = mailout_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    _ = mailout_get_offset(easy, CURLINFO_TOTAL_TIME_T, &microseconds)
    return .success(
      HTTPClientResponse(
        status: status, headers: HTTPClientHeaders(lines: Array(head.bytes)), body: Array(body.bytes),
        duration: .microseconds(microseconds)))
  }

  private func error(_ code: CURLcode) -> HTTPClientError {
    let text: String
    switch refusal {
    case .reset: text = "the connection ended without an answer; the request is not sent again"
    case .protocol: text = "the headers of the answer are too large"
    case .withheld: text = "the request is not to leave any more"
    case .timeout: text = "no time left to send"
    case .bodyTooLarge: text = "the answer is larger than \(maxBodyBytes) bytes"
    default: text = errorText.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
    }
    let left = mayHaveLeft
    var reason = refusal ?? HTTPClientError.Code(code)
    // A second attempt of libcurl that did not get far; what counts is how the first one ended.
    if left, [.resolve, .connect, .tls].contains(reason) { reason = .reset }
    return HTTPClientError(reason, text, origin: call?.origin?.name, requestMayHaveLeft: left)
  }

  /// Forgets the call.
  func reset() {
    call = nil
    upload.clear()
    head.clear()
    body.clear()
  }
}

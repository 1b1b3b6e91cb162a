internal import CCurl

/// Sets what stays the same on an easy handle for all its calls.
struct TransferOptions {
  private let easy: UnsafeMutableRawPointer

  init(_ easy: UnsafeMutableRawPointer) { self.easy = easy }

  func set(_ configuration: HTTPClientConfiguration) {
    let http2 = configuration.version == .http2
    set(CURLOPT_HTTP_VERSION, http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
    set(CURLOPT_CONNECTTIMEOUT_MS, max(1, configuration.connectTimeout.wholeMilliseconds))
    set(CURLOPT_DNS_CACHE_TIMEOUT, configuration.resolveCache.wholeMilliseconds / 1000)
    set(CURLOPT_USERAGENT, configuration.userAgent)
    if let file = configuration.certificateAuthorities { set(CURLOPT_CAINFO, file) }
    // Spares the reading of a body that announces its size.
    require(mailout_set_offset(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(configuration.maxResponseBytes)))
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_PROXY, "")
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    set(CURLOPT_TCP_NODELAY, 1)
    set(CURLOPT_NOSIGNAL, 1)
    // Otherwise the end of a call that is still resolving waits for the resolver, and every other call with it.
    set(CURLOPT_QUICK_EXIT, 1)
  }

  func set(callbacksOf transfer: Transfer, errorText: UnsafeMutablePointer<CChar>) {
    let own = Unmanaged.passUnretained(transfer).toOpaque()
    require(mailout_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
    for option in [CURLOPT_PRIVATE, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_PREREQDATA] {
      require(mailout_set_pointer(easy, option, own))
    }
    require(
      mailout_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { data, size, count, context in
        guard let data, let context else { return 0 }
        let bytes = UnsafeBufferPointer(start: UnsafePointer<UInt8>(OpaquePointer(data)), count: size * count)
        return Transfer.at(context).receiveBody(bytes) ? bytes.count : 0
      })
    require(
      mailout_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { data, size, count, context in
        guard let data, let context else { return 0 }
        let bytes = UnsafeBufferPointer(start: UnsafePointer<UInt8>(OpaquePointer(data)), count: size * count)
        return Transfer.at(context).receiveHead(bytes) ? bytes.count : 0
      })
    require(
      mailout_set_prerequest_callback(easy) { context, _, _, _, _ in
        guard let context else { return CURL_PREREQFUNC_ABORT }
        return Transfer.at(context).willSend() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
      })
  }

  private func set(_ option: CURLoption, _ value: Int) { require(mailout_set_long(easy, option, value)) }

  private func set(_ option: CURLoption, _ value: String) { require(mailout_set_string(easy, option, value)) }

  /// An option that this libcurl does not know is a fault of the build, not of the moment.
  private func require(_ code: CURLcode) {
    precondition(code == CURLE_OK, "libcurl refuses an option: \(String(cString: curl_easy_strerror(code)))")
  }
}

extension Transfer {
  /// The transfer behind a callback's context.
  static func at(_ context: UnsafeMutableRawPointer) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  }
}

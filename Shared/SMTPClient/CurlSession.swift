internal import CCurl

/// An easy handle of libcurl that sends mails. On one thread at a time only.
final class CurlSession {
  private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  private let easy: UnsafeMutableRawPointer
  /// What is still to be read of the mail under way.
  private var rest: ArraySlice<UInt8> = []

  /// - Throws: `SMTPError` `.internal` where libcurl does not work, or does not take the settings.
  init(_ configuration: SMTPConfiguration) throws(SMTPError) {
    guard Self.isLibraryReady, let easy = curl_easy_init() else {
      throw SMTPError(.internal, "libcurl does not start")
    }
    self.easy = easy
    try set(CURLOPT_URL, configuration.url)
    try set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    try set(CURLOPT_PROXY, "")
    try set(CURLOPT_UPLOAD, 1)
    try set(CURLOPT_NOSIGNAL, 1)
    let milliseconds = Int(configuration.timeout / .milliseconds(1))
    try set(CURLOPT_TIMEOUT_MS, max(1, milliseconds))
    try set(CURLOPT_CONNECTTIMEOUT_MS, max(1, milliseconds))
    try set(CURLOPT_USE_SSL, Int((configuration.security == .required ? CURLUSESSL_ALL : CURLUSESSL_NONE).rawValue))
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    if let file = configuration.certificateAuthorities { try set(CURLOPT_CAINFO, file) }
    if let user = configuration.user { try set(CURLOPT_USERNAME, user) }
    if let password = configuration.password { try set(CURLOPT_PASSWORD, password) }
    try check(
      mailout_set_data_callback(easy, CURLOPT_READFUNCTION) { data, size, count, context in
        guard let data, let context else { return 0 }
        let session = Unmanaged<CurlSession>.fromOpaque(context).takeUnretainedValue()
        return session.read(into: UnsafeMutableRawBufferPointer(start: data, count: size * count))
      })
    // The server's words, of the greeting and all, are nobody's output.
    try check(mailout_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count })
    try check(mailout_set_pointer(easy, CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque()))
  }

  deinit { curl_easy_cleanup(easy) }

  func send(_ mail: [UInt8], from: MailAddress, to: MailAddress) throws(SMTPError) {
    try set(CURLOPT_MAIL_FROM, "<\(from.text)>")
    guard let recipients = curl_slist_append(nil, "<\(to.text)>") else { throw SMTPError(.internal, "out of memory") }
    defer { curl_slist_free_all(recipients) }
    try check(mailout_set_pointer(easy, CURLOPT_MAIL_RCPT, recipients))
    defer { _ = mailout_set_pointer(easy, CURLOPT_MAIL_RCPT, nil) }
    rest = mail[...]
    defer { rest = [] }
    let result = curl_easy_perform(easy)
    guard result != CURLE_OK else { return }
    var reply = 0
    _ = mailout_get_long(easy, CURLINFO_RESPONSE_CODE, &reply)
    throw SMTPError(result, reply: reply)
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let part = rest.prefix(buffer.count)
    buffer.copyBytes(from: part)
    rest = rest.dropFirst(part.count)
    return part.count
  }

  private func set(_ option: CURLoption, _ value: Int) throws(SMTPError) {
    try check(mailout_set_long(easy, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) throws(SMTPError) {
    try check(mailout_set_string(easy, option, value))
  }

  private func check(_ code: CURLcode) throws(SMTPError) {
    guard code == CURLE_OK else {
      throw SMTPError(.internal, "libcurl refuses an option: \(String(cString: curl_easy_strerror(code)))")
    }
  }
}

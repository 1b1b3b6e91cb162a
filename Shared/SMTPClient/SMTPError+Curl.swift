internal import CCurl

extension SMTPError {
  /// What a result of libcurl, not `CURLE_OK`, means for us.
  /// - Parameter reply: the server's last reply; 0 for none.
  init(_ code: CURLcode, reply: Int) {
    let said = reply > 0 ? reply : nil
    let message = String(cString: curl_easy_strerror(code))
    self.init(Self.kind(code, reply: reply), message, reply: said)
  }

  private static func kind(_ code: CURLcode, reply: Int) -> Code {
    switch code {
    case CURLE_OPERATION_TIMEDOUT: .timeout
    case CURLE_LOGIN_DENIED: .authentication
    case CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
      .tls
    // The server's own words decide: a command, a recipient or the mail was not taken.
    case _ where (400..<500).contains(reply): .deferred
    case CURLE_SEND_ERROR where reply >= 500, CURLE_RECV_ERROR where reply >= 500,
      CURLE_WEIRD_SERVER_REPLY where reply >= 500:
      .refused
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT,
      CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN:
      .internal
    default: .unreachable
    }
  }
}

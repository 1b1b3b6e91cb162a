import EventLoop

/// Hands mails to a server by SMTP, one after the other, on a thread of its own: libcurl's call blocks, and blocks
/// nobody else. The connection is kept for the next mail where the server keeps it.
public actor SMTPClient {
  private nonisolated let loop = EventLoop(name: "smtp")
  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let configuration: SMTPConfiguration
  private var session: CurlSession?

  public init(configuration: SMTPConfiguration) { self.configuration = configuration }

  deinit { loop.stop() }

  /// Returns once the server has answered for the mail. After an error other than `isFinal` it may nevertheless have
  /// been taken: the answer may be what was lost.
  public func send(_ message: MailMessage) throws(SMTPError) {
    let session: CurlSession
    if let kept = self.session {
      session = kept
    } else {
      session = try CurlSession(configuration)
      self.session = session
    }
    try session.send(message.bytes(), from: message.from, to: message.to)
  }
}

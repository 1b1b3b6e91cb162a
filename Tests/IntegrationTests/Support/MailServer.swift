import Contracts
import Foundation
import Glibc
import Testing

/// A mail server that is none of ours: aiosmtpd (PyPI) on a port of its own; see `SMTP/server.py`.
struct MailServer: Sendable {
  static let (user, password) = ("mailout", "a mail password")

  let port: Int
  private let folder: String
  private let process: pid_t

  /// The PEM file of the authority, where it speaks TLS.
  var authorities: String { "\(folder)/certificate.pem" }
  var url: String { "smtp://localhost:\(port)" }

  static func with(auth: Bool = false, tls: Bool = false, _ body: (MailServer) async throws -> Void) async throws {
    let server = try await start(auth: auth, tls: tls)
    do {
      try await body(server)
    } catch {
      try await server.stop()
      throw error
    }
    try await server.stop()
  }

  private static func start(auth: Bool, tls: Bool) async throws -> MailServer {
    let python = try #require(
      TestBroker.environment("MAILOUT_TEST_SMTP_PYTHON"),
      "MAILOUT_TEST_SMTP_PYTHON is not set: run the tests by `make test`")
    let folder = "/tmp/\(TestBroker.unique("mailout-smtp"))"
    try #require(mkdir(folder, 0o700) == 0)
    if tls {
      try await Command.run([
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "\(folder)/key.pem", "-out",
        "\(folder)/certificate.pem", "-batch",
      ])
    }
    try #require(mkfifo("\(folder)/port", 0o600) == 0)
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
      path: "SMTP/server.py")
    let process = Command.start(
      [python, script.path, folder] + (auth ? ["auth"] : []) + (tls ? ["tls"] : []))
    try #require(process > 0, "\(python) cannot be started")
    // Opening the pipe waits for the script, which writes its port there once it listens.
    try await Command.run(["cp", "\(folder)/port", "\(folder)/number"])
    let port = try #require(Int(try String(contentsOfFile: "\(folder)/number", encoding: .utf8)))
    return MailServer(port: port, folder: folder, process: process)
  }

  private func stop() async throws {
    await Command.stop(process)
    try await Command.run(["rm", "-r", folder])
  }

  /// From now on it takes mails to "later@…".
  func open() throws { try #require(FileManager.default.createFile(atPath: "\(folder)/open", contents: nil)) }

  /// Every mail it has taken, in order.
  func mails() throws -> [Mail] {
    try (1...).lazy.map { "\(folder)/\($0).json" }.prefix { FileManager.default.fileExists(atPath: $0) }.map {
      try JSONDecoder().decode(Mail.self, from: Data(contentsOf: URL(filePath: $0)))
    }
  }

  /// A mail as the server read it.
  struct Mail: Decodable, Sendable {
    let from: String
    let to: [String]
    let tls: Bool
    let user: String?
    let headers: [String: String]
    let text: String
    let defects: [String]

    /// The line that is a token: 43 characters of base64url (32 bytes).
    var token: String? { text.firstMatch(of: /(?m)^([A-Za-z0-9_-]{43})\r?$/).map { String($0.1) } }
  }
}

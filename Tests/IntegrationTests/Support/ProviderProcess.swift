import Glibc
import HTTPClient
import Testing

/// A running oidc-provider-mock (PyPI) on a port of its own.
struct ProviderProcess: Sendable {
  private static let http = HTTPClient(configuration: HTTPClientConfiguration(connectTimeout: .seconds(60)))

  let issuer: String
  private let process: pid_t

  static func start() async throws -> ProviderProcess {
    let python = try #require(
      TestBroker.environment("MAILOUT_TEST_OIDC_PYTHON"),
      "MAILOUT_TEST_OIDC_PYTHON is not set: run the tests by `make test`")
    // Another may have taken the port in the meantime; then it ends at once.
    for _ in 0..<10 {
      let port = try freePort()
      let process = Command.start([python, "-m", "oidc_provider_mock", "--port", String(port), "--host", "127.0.0.1"])
      try #require(process > 0, "\(python) cannot be started")
      let provider = ProviderProcess(issuer: "http://127.0.0.1:\(port)", process: process)
      do {
        if try await provider.isReady() { return provider }
      } catch {
        provider.stop()
        throw error
      }
      provider.stop()
    }
    throw NotStarted()
  }

  private struct NotStarted: Error {}

  func stop() {
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  /// Sets a user's claims.
  func put(_ path: String, _ json: String) async throws {
    let answer = try await Self.http.send(
      HTTPClientRequest(
        method: .put, url: issuer + path, headers: [("Content-Type", "application/json")], body: Array(json.utf8),
        timeout: .seconds(300)))
    try #require(answer.status == 204, "\(String(decoding: answer.body, as: UTF8.self))")
  }

  /// It is another program, written in Python: all one can do is ask. False where it has ended.
  private func isReady() async throws -> Bool {
    let end = ContinuousClock.now + .seconds(300)
    while !hasEnded {
      let request = HTTPClientRequest(
        url: "\(issuer)/.well-known/openid-configuration", timeout: .seconds(5))
      if let answer = try? await Self.http.send(request), answer.status == 200 { return true }
      try #require(ContinuousClock.now < end, "the provider did not start")
      try await Task.sleep(for: .milliseconds(100))
    }
    return false
  }

  /// Leaves it to `stop` to wait for it.
  private var hasEnded: Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
  }

  /// A port that nobody had a moment ago.
  private static func freePort() throws -> UInt16 {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 ? getsockname(socket, $0, &length) : -1
      }
    }
    try #require(status == 0)
    return UInt16(bigEndian: address.sin_port)
  }
}

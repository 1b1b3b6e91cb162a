import EventLoop
import Glibc
import HTTPClient
import Synchronization
import Testing

/// What is known when a request is about to leave decides, not what was known when it was handed over.
@Suite(.timeLimit(.minutes(1))) struct LeavingTests {
  /// A word that a test takes back.
  private final class Word: Sendable {
    private let isGiven = Atomic(true)
    func takeBack() { isGiven.store(false, ordering: .relaxed) }
    var holds: Bool { isGiven.load(ordering: .relaxed) }
  }

  private func post(_ url: String, timeout: Duration = .seconds(30), word: Word) -> HTTPClientRequest {
    HTTPClientRequest(method: .post, url: url, body: Array("body".utf8), timeout: timeout) { word.holds }
  }

  @Test func aRequestThatMayNotLeaveIsWithheld() async throws {
    let server = try TestServer(answering: { _ in TestServer.answer() })
    let (client, word) = (HTTPClient(), Word())
    #expect(try await client.send(post(server.url(), word: word)).status == 200)
    // The connection stands; there is nothing to wait for.
    word.takeBack()
    let error = try await failure(of: client, post(server.url(), word: word))
    #expect(error.code == .withheld)
    #expect(!error.requestMayHaveLeft)
    #expect(try await client.send(post(server.url(), word: Word())).status == 200)
    #expect(server.log.requests.count == 2)
  }

  @Test func whatChangesWhileItConnectsCounts() async throws {
    let server = try FullServer()
    let (client, word) = (HTTPClient(), Word())
    let call = Task { try await failure(of: client, post(server.url, word: word)) }
    while client.inFlight == 0 { await Task.yield() }
    word.takeBack()
    server.open()
    let error = try await call.value
    #expect(error.code == .withheld)
    #expect(!error.requestMayHaveLeft)
    await client.shutdown()
    #expect(server.log.requests.isEmpty)
  }

  /// The process stands still while the connection is made: when it goes on, the socket is ready and the time is over.
  @Test func itsTimePassesWhileTheProcessStandsStill() async throws {
    let server = try FullServer()
    let loop = EventLoop(name: "frozen")
    let (client, word) = (HTTPClient(loop: loop), Word())
    let request = post(server.url, timeout: .milliseconds(300), word: word)
    let call = Task { try await failure(of: client, request) }
    while client.inFlight == 0 { await Task.yield() }
    loop.execute {
      server.open()
      while server.log.connections <= server.fillerCount { usleep(1000) }
    }
    let error = try await call.value
    #expect(error.code == .timeout)
    #expect(!error.requestMayHaveLeft)
    await client.shutdown()
    #expect(server.log.requests.isEmpty)
    loop.stop()
  }
}

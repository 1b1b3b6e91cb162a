import EventLoop
import HTTPClient
import Synchronization
import Testing

/// What is known when a request is about to leave decides, not what was known when it was handed over.
@Suite(.timeLimit(.minutes(15))) struct LeavingTests {
  /// A word that a test takes back.
  private final class Word: Sendable {
    private let isGiven = Atomic(true)
    func takeBack() { isGiven.store(false, ordering: .relaxed) }
    var holds: Bool { isGiven.load(ordering: .relaxed) }
  }

  private func post(_ url: String, timeout: Duration = .seconds(600), word: Word) -> HTTPClientRequest {
    HTTPClientRequest(method: .post, url: url, body: Array("body".utf8), timeout: timeout) { word.holds }
  }

  @Test func aRequestThatMayNotLeaveIsWithheld() async throws {
    let server = try TestServer(answering: { _ in TestServer.answer() })
    let (client, word) = (HTTPClient.patient(), Word())
    #expect(try await client.send(post(server.url(), word: word)).status == 200)
    // The connection stands; there is nothing to wait for.
    word.takeBack()
    let error = try await failure(of: client, post(server.url(), word: word))
    #expect(error.code == .withheld)
    #expect(!error.requestMayHaveLeft)
    #expect(try await client.send(post(server.url(), word: Word())).status == 200)
    #expect(server.log.requests.count == 2)
  }

  /// Starts a call on the client's loop, and returns when it is under way.
  /// - Parameter then: runs on the loop when the client has begun to connect, before the loop looks at sockets or timers.
  /// - Returns: how it fails; nil where it is answered.
  private func start(
    _ request: HTTPClientRequest, _ client: HTTPClient, on loop: EventLoop, then: @escaping @Sendable () -> Void = {}
  ) async -> Task<HTTPClientError?, Never> {
    let (outcomes, told) = AsyncStream.makeStream(of: Result<HTTPClientResponse, HTTPClientError>.self)
    await withCheckedContinuation { begun in
      loop.execute {
        client.start(request) { told.yield($0) }
        loop.afterBatch(then)
        begun.resume()
      }
    }
    return Task {
      for await outcome in outcomes { if case .failure(let error) = outcome { return error } else { return nil } }
      return nil
    }
  }

  @Test func whatChangesWhileItConnectsCounts() async throws {
    let server = try FullServer()
    let loop = EventLoop(name: "test")
    let (client, word) = (HTTPClient.patient(loop: loop), Word())
    let call = await start(post(server.url, word: word), client, on: loop)
    word.takeBack()
    server.open()
    let error = try #require(await call.value)
    #expect(error.code == .withheld)
    #expect(!error.requestMayHaveLeft)
    await client.shutdown()
    #expect(server.log.requests.isEmpty)
    loop.stop()
  }

  /// The process stands still while the connection is made: when it goes on, the socket is ready and the time is over.
  @Test func itsTimePassesWhileTheProcessStandsStill() async throws {
    let server = try FullServer()
    let loop = EventLoop(name: "frozen")
    let (client, word) = (HTTPClient.patient(loop: loop), Word())
    let request = post(server.url, timeout: .milliseconds(300), word: word)
    let call = await start(request, client, on: loop) {
      server.open()
      server.waitForGuest()
    }
    let error = try #require(await call.value)
    #expect(error.code == .timeout)
    #expect(!error.requestMayHaveLeft)
    await client.shutdown()
    #expect(server.log.requests.isEmpty)
    loop.stop()
  }
}

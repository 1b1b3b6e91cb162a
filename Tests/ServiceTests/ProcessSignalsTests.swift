import Glibc
import Testing

@testable import Service

@Suite struct ProcessSignalsTests {
  /// With signals that end nothing else, sent to this very process.
  @Test func theFirstAsksAndTheNextInsists() async {
    let (heard, tell) = AsyncStream<String>.makeStream()
    let signals = ProcessSignals()
    await signals.listen(for: [SIGUSR1, SIGUSR2]) {
      tell.yield("first")
    } again: { number in
      tell.yield("again \(number)")
    }
    var events = heard.makeAsyncIterator()
    kill(getpid(), SIGUSR1)
    #expect(await events.next() == "first")
    kill(getpid(), SIGUSR2)
    #expect(await events.next() == "again \(SIGUSR2)")
    kill(getpid(), SIGUSR1)
    #expect(await events.next() == "again \(SIGUSR1)")
  }
}

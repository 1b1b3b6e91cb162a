import Contracts
import Testing

@testable import Sender

struct RetryAfterTests {
  @Test(arguments: [
    ("0", Duration.zero), ("7", .seconds(7)), ("999999999", .seconds(86_400)),
    ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(37)), ("Sun, 06 Nov 1994 08:48:59 GMT", .zero),
    ("Mon, 07 Nov 1994 08:49:00 GMT", .seconds(86_400)),
  ])
  func itIsSecondsOrADate(text: String, wait: Duration) throws {
    let now = try Timestamp.parseMicroseconds("1994-11-06T08:49:00Z")
    #expect(RetryAfter.read(text, now: now) == wait)
  }

  @Test(arguments: [nil, "", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT"])
  func anythingElseIsAbsent(text: String?) {
    #expect(RetryAfter.read(text, now: 0) == nil)
  }
}

import Contracts
import Testing

@testable import Sender

struct JournalCodecTests {
  @Test func whatIsWrittenIsReadBack() throws {
    let message = BatchMessage(id: 1, customerID: 2, phone: "1", text: "", round: 1, hop: 2, attempts: 1)
    let results = [
      MessageResult.expired(message: message, mailoutID: 3, now: 4),
      MessageResult.after(
        .failedAttempt(reason: "http_500"), message: message, mailoutID: 3, deadline: 9, policy: RetryPolicy(), now: 4,
        latency: 7, delay: .seconds(1)),
      MessageResult.after(
        .sent(duplicate: true), message: message, mailoutID: 3, deadline: 9, policy: RetryPolicy(), now: 4, latency: 7,
        delay: .zero),
    ]
    #expect(try JournalCodec.decode(JournalCodec.encode(results)) == results)
    #expect(try JournalCodec.decode(JournalCodec.encode([])).isEmpty)
  }
}

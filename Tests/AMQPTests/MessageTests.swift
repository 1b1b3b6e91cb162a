import TestSupport
import Testing

@testable import AMQP

struct MessageTests {
  private let long = String(repeating: "x", count: 256)

  private func refusal(_ properties: AMQPProperties, exchange: String = "", routingKey: String = "") -> AMQPError? {
    do throws(AMQPError) {
      try AMQPMessage(body: [], properties: properties).validate(exchange: exchange, routingKey: routingKey)
      return nil
    } catch {
      return error
    }
  }

  @Test func acceptsWhatFits() {
    let text = String(long.dropLast())
    let properties = AMQPProperties(messageID: text, headers: [text: .string(long)])
    #expect(refusal(properties, exchange: text, routingKey: text) == nil)
  }

  @Test func refusesWhatTheProtocolCannotCarry() {
    #expect(refusal(AMQPProperties(), exchange: long)?.message.contains("exchange") == true)
    #expect(refusal(AMQPProperties(), routingKey: long)?.message.contains("routing key") == true)
    #expect(refusal(AMQPProperties(correlationID: long))?.message.contains("correlationID") == true)
    #expect(refusal(AMQPProperties(headers: [long: 1]))?.message.contains("headers") == true)
    #expect(refusal(AMQPProperties(headers: ["a": .table([long: 1])]))?.code == .invalidMessage)
    let huge = AMQPProperties(headers: ["a": .bytes([UInt8](repeating: 0, count: 70_000))])
    #expect(refusal(huge)?.message.contains("headers") == true)
  }

  @Test func roundsAnExpirationUp() {
    #expect(Duration.microseconds(1).wholeMilliseconds == 1)
    #expect(Duration.milliseconds(1500).wholeMilliseconds == 1500)
    #expect(Duration.seconds(90).wholeMilliseconds == 90_000)
  }

  @Test func pausesNoLongerThanItsBounds() {
    var generator = SeededRandom(seed: 1)
    var backoff = Backoff()
    var longest: [Duration] = []
    for attempt in 0..<8 {
      let pause = backoff.next(using: &generator)
      longest.append(pause)
      #expect(pause >= .zero)
      #expect(pause <= min(.seconds(5), .milliseconds(100) * (1 << attempt)))
    }
    for _ in 0..<1000 { #expect(backoff.next(using: &generator) <= .seconds(5)) }
    backoff.reset()
    #expect(backoff.next(using: &generator) <= .milliseconds(100))
    #expect(Set(longest).count == longest.count)
  }
}

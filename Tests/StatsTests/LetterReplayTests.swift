import AMQP
import Contracts
import Testing

@testable import Stats

/// A dead letter goes back as it came: to its queue alone, and in nobody's name but its sender's.
struct LetterReplayTests {
  private static func replay(_ error: AMQPError? = nil) -> LetterReplay {
    LetterReplay(user: "stats") { _, _ in if let error { throw error } }
  }

  private static func letter(_ queue: String, _ properties: AMQPProperties) -> StoredLetter {
    StoredLetter(id: 1, queue: queue, body: [1], properties: LetterProperties(json: LetterProperties(properties).json))
  }

  @Test func whatItCarriedComesBackButNotItsStory() throws {
    let original = AMQPProperties(
      contentType: "application/json", type: "t", messageID: "m", correlationID: "c", replyTo: "amq.reply",
      userID: "sender",
      appID: "a", expiration: .seconds(1), priority: 3, persistent: false,
      headers: [
        "own": "kept", "number": 7, "flag": true, "CC": .array(["elsewhere"]), "BCC": "elsewhere",
        "x-death": .array([]),
        DeadLetterHeader.reason: "r", DeadLetterHeader.queue: "q", "x-delivery-count": 3,
      ])
    let message = try Self.replay().message(Self.letter("stats.outcomes.v1", original))
    #expect(
      message.properties
        == AMQPProperties(
          contentType: "application/json", type: "t", messageID: "m", correlationID: "c", appID: "a", priority: 3,
          persistent: true, headers: ["own": "kept", "number": 7, "flag": true]))
    #expect(message.body == [1])
  }

  @Test func aCommandNeedsASenderTheBrokerKnew() throws {
    let queue = Topology.commandQueue(of: .customer).name
    let replay = Self.replay()
    #expect(try replay.message(Self.letter(queue, AMQPProperties(userID: "gateway"))).properties.userID == "stats")
    let buried = AMQPProperties(headers: [DeadLetterHeader.user: "gateway"])
    #expect(try replay.message(Self.letter(queue, buried)).properties.userID == "stats")
    for properties in [
      AMQPProperties(), AMQPProperties(userID: "stranger"),
      // The broker gave it up: the header is the sender's own.
      AMQPProperties(headers: [DeadLetterHeader.user: "gateway", DeadLetterHeader.firstQueue: .string(queue)]),
    ] {
      #expect(throws: LetterReplay.Refusal.self) { try replay.message(Self.letter(queue, properties)) }
    }
  }

  @Test func aQueueThatIsGoneIsARefusalAndALostConnectionIsNot() async {
    let letter = Self.letter("gone", AMQPProperties())
    await #expect(throws: LetterReplay.Refusal.self) {
      try await Self.replay(AMQPError(.returned, "no queue")).send(letter)
    }
    await #expect(throws: AMQPError.self) { try await Self.replay(AMQPError(.disconnected, "away")).send(letter) }
  }
}

import AMQP
import Contracts

/// How a dead letter goes back: to the one queue it died in, and nowhere else.
struct LetterReplay: Sendable {
  /// Why a letter cannot go back, however often it is tried.
  struct Refusal: Error, Equatable {
    let detail: String
  }

  /// Confirmed publishing to the default exchange; throws `AMQPError`.
  let publish: @Sendable (_ message: AMQPMessage, _ queue: String) async throws -> Void
  /// Our own user at the broker, who may act for others.
  let user: String

  init(user: String, publish: @escaping @Sendable (AMQPMessage, String) async throws -> Void) {
    self.user = user
    self.publish = publish
  }

  init(publisher: AMQPPublisher, user: String) {
    self.init(user: user) { message, queue in
      try await publisher.publish(message, exchange: "", routingKey: queue, mandatory: true, timeout: .seconds(5))
    }
  }

  /// Returns when the broker has it. Throws `Refusal`, or what may pass: then it may have gone, and to send it again is
  /// harmless, as consumers know repeated messages.
  func send(_ letter: StoredLetter) async throws {
    do {
      try await publish(try message(letter), letter.queue)
    } catch let error as AMQPError where error.code == .returned {
      throw Refusal(detail: "There is no queue \(letter.queue).")
    } catch let error as AMQPError where error.code == .invalidMessage {
      throw Refusal(detail: "The broker does not carry this message: \(error.message).")
    }
  }

  /// As it came, as far as it may.
  func message(_ letter: StoredLetter) throws(Refusal) -> AMQPMessage {
    var properties = letter.properties.properties
    if Self.isOperation(letter.queue) {
      // A command says itself for whom it is: only a program of ours may have sent it.
      guard let sender = letter.properties.user, isTrusted(sender) else {
        throw Refusal(
          detail: "Nobody vouches for who sent this \(letter.queue.contains(".queries.") ? "query" : "command").")
      }
      properties.userID = user
    }
    return AMQPMessage(body: letter.body, properties: properties)
  }

  private func isTrusted(_ sender: String) -> Bool {
    sender == user || ServiceName(rawValue: sender) != nil
  }

  private static func isOperation(_ queue: String) -> Bool {
    ServiceName.allCases.contains {
      queue == Topology.commandQueue(of: $0).name || queue == Topology.queryQueue(of: $0).name
    }
  }
}

/// A dead letter as it is in the table.
struct StoredLetter: Sendable {
  let id: Int64
  let queue: String
  let body: [UInt8]
  let properties: LetterProperties
}

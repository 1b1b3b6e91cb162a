import Contracts
import FoundationEssentials
import Messaging
import Service

/// Asks the scheduler to pause mailouts, until it answers.
struct MailoutPauser: Component {
  private struct Wish: Sendable {
    let mailoutID: Int64
    let reason: String
    let revision: Int64
  }

  let name = "mailout pauser"
  let stopMode = StopMode.cancellation
  private let operations: any OperationCalling
  private let log: Log
  private let wishes: AsyncStream<Wish>
  private let feed: AsyncStream<Wish>.Continuation

  init(operations: any OperationCalling, log: Log) {
    self.operations = operations
    self.log = log
    (wishes, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1000))
  }

  /// - Parameter revision: of the mailout as known here: asking twice for one is one wish.
  func pause(_ mailoutID: Int64, reason: String, revision: Int64) {
    feed.yield(Wish(mailoutID: mailoutID, reason: reason, revision: revision))
  }

  func run() async {
    for await wish in wishes {
      while !Task.isCancelled {
        if await ask(wish) { break }
        do { try await Task.sleep(for: .seconds(1)) } catch { return }
      }
    }
  }

  /// Whether there is an answer, yes or no.
  private func ask(_ wish: Wish) async -> Bool {
    let fields: [LogField] = [.mailoutID(wish.mailoutID), .field("reason", wish.reason)]
    do {
      let data: JSON = ["id": .integer(wish.mailoutID), "reason": .string(wish.reason)]
      _ = try await operations.call(
        .pauseMailout, data: data.bytes, as: Caller(principal: "service:sender", scopes: ["mailouts:write"]),
        idempotencyKey: "rejections-\(wish.mailoutID)-\(wish.revision)", timeout: .seconds(10))
      log.warning("paused a mailout", fields)
      return true
    } catch {
      log.warning("a mailout could not be paused", fields + [.field("problem", error.detail)])
      return error.code != .unavailable && error.code != .internal
    }
  }
}

import Contracts
import FoundationEssentials

/// What an event of the scheduler means for statistics.
enum MailoutNews: Equatable {
  /// The greatest revision stands, whatever the event is called.
  case fact(MailoutFact)
  /// It was deleted before it ran.
  case deleted(MailoutFact)
  /// Of a kind that only a newer scheduler knows, with data of its own.
  case unknown(String)

  /// - Throws: `Problem` that says why it is no event of a mailout, for a dead letter's reason.
  static func read(_ body: [UInt8]) throws(Problem) -> MailoutNews {
    let frame = try EnvelopeFrame.read(body)
    guard frame.type.hasPrefix("mailout.") else {
      throw Problem(.malformed, "unknown event \(frame.type.prefix(100))")
    }
    let type = EventType(rawValue: frame.type)
    do {
      let fact = try JSONDecoder().decode(MailoutFact.self, from: Data(body[frame.data]))
      return type == .mailoutDeleted ? .deleted(fact) : .fact(fact)
    } catch {
      guard type == nil else { throw Problem(.malformed, "The message is no mailout event: \(Wire.reason(error))") }
      return .unknown(frame.type)
    }
  }
}

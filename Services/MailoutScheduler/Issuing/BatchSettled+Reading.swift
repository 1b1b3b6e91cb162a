import Contracts

extension BatchSettled {
  /// - Throws: `Problem` that says why it can never be recorded, for a dead letter's reason.
  static func read(_ body: [UInt8]) throws(Problem) -> BatchSettled {
    let settled = try Envelope<BatchSettled>.decode(body).data
    guard settled.waiting.allSatisfy({ $0.messageID > 0 && $0.hop >= 0 && $0.attempts >= 0 }) else {
      throw Problem(.invalid, "A waiting message has an id, hop or number of attempts out of range.")
    }
    return settled
  }
}

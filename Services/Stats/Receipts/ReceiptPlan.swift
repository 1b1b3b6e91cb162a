import Contracts
import FoundationEssentials

/// What receipts make of the rows that are there. A value, tested without a database.
struct ReceiptPlan: Sendable {
  /// In the order of ids, each message once.
  private(set) var facts: [MessageFact] = []
  /// When each was delivered.
  private var instants: [Int64: Date] = [:]
  /// Messages that were delivered already.
  private(set) var unchanged = 0
  private(set) var errors: [Problem.Field] = []

  init(_ receipts: [Receipt], ids: [Receipt.Name: [Int64]], known: [Int64: MessageFact], now: Date) {
    var byID: [Int64: MessageFact] = [:]
    for (index, receipt) in receipts.enumerated() {
      let candidates = ids[receipt.name] ?? []
      guard candidates.count < 2 else {
        let detail = "names \(candidates.count) messages, of several providers; give message_id"
        errors.append(Problem.Field("/receipts/\(index)", detail))
        continue
      }
      guard let id = candidates.first, let row = known[id] else {
        errors.append(Problem.Field("/receipts/\(index)", "names no message that is known here"))
        continue
      }
      if row.status == .delivered || byID[id] != nil {
        unchanged += 1
      } else {
        let at = receipt.at ?? now
        instants[id] = at
        byID[id] = row.delivered(at: Timestamp.microseconds(at))
      }
    }
    facts = byID.values.sorted { $0.id < $1.id }
  }

  func happenings(by principal: String) -> [Happening] {
    facts.compactMap { fact in
      instants[fact.id].map {
        Happening(
          eventID: "delivered-\(fact.id)-\(fact.round)", subject: .message, subjectID: fact.id, at: $0,
          type: "message.delivered.v1", principal: principal, data: [:])
      }
    }
  }
}

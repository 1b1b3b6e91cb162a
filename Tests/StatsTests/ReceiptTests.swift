import Contracts
import FoundationEssentials
import Testing

@testable import Stats

struct ReceiptTests {
  private static let now = Date(timeIntervalSince1970: 1_795_251_600)

  private static func row(_ id: Int64, _ status: MessageStatus, hop: Int = 0) -> MessageFact {
    MessageFact(
      Outcome(messageID: id, mailoutID: 1, customerID: 1, status: status, hop: hop, attempts: 1, at: 5_000_000))
  }

  private static func plan(_ receipts: [Receipt], _ rows: [MessageFact]) -> ReceiptPlan {
    let ids = Dictionary(uniqueKeysWithValues: rows.map { (Receipt.Name.message($0.id), [$0.id]) })
    return ReceiptPlan(
      receipts, ids: ids, known: Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) }), now: now)
  }

  @Test func aSentMessageIsDeliveredAndKeepsWhenItWasSent() throws {
    let plan = Self.plan([Receipt(name: .message(7), at: Self.now)], [Self.row(7, .sent)])
    let fact = try #require(plan.facts.first)
    #expect(fact.status == .delivered && fact.finishedAt == 5_000_000)
    #expect(plan.happenings(by: "x").map(\.at) == [Self.now])
    #expect(Attempt.all(of: fact, recorded: []).map(\.at) == [5_000_000])
  }

  /// Whatever is told of the round afterwards, in whatever order.
  @Test(arguments: [MessageStatus.queued, .retrying, .expired, .sent]) func nothingOvertakesAReceipt(
    status: MessageStatus
  ) throws {
    let delivered = try #require(Self.plan([Receipt(name: .message(7))], [Self.row(7, .retrying, hop: 2)]).facts.first)
    #expect(delivered.hop == 2)
    let later = Self.row(7, status, hop: 9)
    #expect(delivered.merged(with: later).status == .delivered)
    #expect(later.merged(with: delivered).status == .delivered)
  }

  @Test func whatIsUnknownOrUnclearIsNamedAndTheRestGoesIn() {
    let receipts = [
      Receipt(name: .message(1)), Receipt(name: .message(2)), Receipt(name: .message(2)), Receipt(name: .message(3)),
      Receipt(name: .provider("p")),
    ]
    let rows = [Self.row(2, .sent), Self.row(3, .delivered)]
    let plan = ReceiptPlan(
      receipts, ids: [.message(2): [2], .message(3): [3], .provider("p"): [2, 3]],
      known: Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) }), now: Self.now)
    #expect(plan.facts.map(\.id) == [2])
    #expect(plan.unchanged == 2)
    #expect(plan.errors.map(\.pointer) == ["/receipts/0", "/receipts/4"])
  }

  @Test func everyFaultIsNamed() {
    func faults(_ body: JSON) -> [String] {
      do throws(Problem) {
        _ = try Receipt.read(body, now: Self.now)
        return []
      } catch {
        return error.errors.map(\.pointer)
      }
    }
    #expect(faults([:]) == ["/receipts"])
    #expect(faults(["receipts": []]) == ["/receipts"])
    #expect(
      faults([
        "receipts": [
          ["message_id": 1], [:], ["message_id": 1, "provider_message_id": "x"], ["message_id": 0], 5,
          ["provider_message_id": "x", "delivered_at": "2090-01-01T00:00:00Z"],
        ]
      ]) == [
        "/receipts/1/message_id", "/receipts/2/message_id", "/receipts/3/message_id", "/receipts/4",
        "/receipts/5/delivered_at",
      ])
  }
}

import Contracts
import Messaging
import Service

/// Takes a lead to its buyer: whom it goes to, what that one is told, the call, and what its answer means.
struct LeadDesk: Sendable {
  let buyers: BuyerStore
  let client: BuyerClient
  let lanes: BuyerLanes
  let metrics: BuyerMetrics
  let log: Log

  /// A lead that is ready to be sent.
  struct Order: Sendable {
    let buyer: Buyer
    let stage: BuyerStage
    let told: [String: JSON]
  }

  /// Finds the buyer and translates the lead; a result where that cannot be.
  func prepare(_ json: JSON) async throws -> (order: Order?, result: LeadResult, buyer: String?) {
    var buyer: Buyer?
    do {
      let lead = try Lead.read(json)
      buyer = Buyer.route(lead, among: try await buyers.all())
      guard let buyer, let stage = buyer.settings.address else {
        let fault = LeadFault("No buyer", "No buyer takes leads of this customer, form, universe and blueprint.")
        return (nil, LeadVerdict.uncalled(.notFound, fault), nil)
      }
      let told = try buyer.settings.rules.translate(lead)
      let order = Order(buyer: buyer, stage: stage, told: told)
      return (order, LeadResult(.success, ["result": "accepted"]), buyer.name)
    } catch let fault as LeadFault {
      return (nil, LeadVerdict.uncalled(.invalid, fault), buyer?.name)
    }
  }

  /// The call, where the buyer is not given a rest.
  func deliver(_ order: Order) async -> LeadResult {
    let buyer = order.buyer
    switch lanes.enter(buyer) {
    case .resting(let reason):
      let message =
        "The buyer \(buyer.name) fails at the moment (\(reason)) and is given a rest; the lead was not sent."
      return LeadVerdict.uncalled(.buyerFailed, LeadFault("Buyer resting", message))
    case .full:
      let message = "Too many leads are under way to the buyer \(buyer.name); the lead was not sent."
      return LeadVerdict.uncalled(.buyerFailed, LeadFault("Buyer busy", message))
    case .admitted(let ticket):
      let start = ContinuousClock.now
      let delivery = await client.deliver(order.told, to: buyer, at: order.stage)
      lanes.leave(buyer, ticket, Self.ending(delivery.reply))
      metrics.took(start.duration(to: .now), buyer: buyer.name)
      return LeadVerdict.result(of: delivery, by: buyer.settings.answers)
    }
  }

  /// What a reply says of the buyer's health.
  private static func ending(_ reply: BuyerReply) -> CircuitBreaker.Ending {
    switch reply {
    case .answered(429, _): .throttled(nil)
    case .answered(let status, _): status >= 500 ? .bad : .good
    case .notSent, .unknown: .bad
    }
  }
}

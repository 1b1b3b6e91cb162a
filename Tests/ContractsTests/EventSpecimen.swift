import Contracts
import Foundation

@testable import Customer
@testable import MailoutScheduler
@testable import Sender

/// The data of one public event as its service writes it now.
struct EventSpecimen {
  let service: ServiceName
  let data: JSON
  let read: (JSON) throws -> Void

  private init<Fact: Codable>(_ service: ServiceName, _ fact: Fact) throws {
    self.service = service
    data = try JSON(encoding: fact)
    read = { _ = try JSONDecoder().decode(Fact.self, from: Data($0.bytes)) }
  }

  static func of(_ type: EventType) throws -> EventSpecimen {
    switch type {
    case .mailoutCreated, .mailoutUpdated, .mailoutStarted, .mailoutPaused, .mailoutResumed, .mailoutCancelled,
      .mailoutProgressed, .mailoutFinished, .mailoutDeleted:
      try EventSpecimen(.mailoutScheduler, Specimen.mailout.fact)
    case .customerCreated, .customerUpdated, .customerDeleted, .customerErased, .customerOptedOut, .customerOptedIn:
      try EventSpecimen(.customer, CustomerHandlers.Fact(id: 42, revision: 3))
    case .customersImported:
      try EventSpecimen(.customer, ImportHandler.Fact(created: 980, updated: 20))
    case .tagCreated, .tagUpdated, .tagDeleted, .phoneCodeCreated, .phoneCodeUpdated, .phoneCodeDeleted,
      .timezoneCreated, .timezoneUpdated, .timezoneDeleted:
      try EventSpecimen(.customer, Specimen.namedRecord.fact)
    case .messagesSettled:
      try EventSpecimen(
        .stats,
        SettledMessages(messages: [
          SettledMessages.Message(
            id: 1001, mailoutID: 17, customerID: 42, status: .rejected, attempts: 2, reason: "code_17",
            providerMessageID: "p-1", finishedAt: 1_795_251_600_123_456)
        ]))
    case .providerCreated, .providerUpdated, .providerDeleted, .circuitOpened, .circuitHalfOpened, .circuitClosed:
      try EventSpecimen(.sender, Specimen.provider.fact)
    case .buyerCreated, .buyerUpdated, .buyerDeleted:
      try EventSpecimen(.sender, Specimen.buyer.fact)
    case .leadAnswered:
      try EventSpecimen(.sender, LeadFact(leadID: "form_1", buyer: "telco", outcome: .duplicate))
    }
  }
}

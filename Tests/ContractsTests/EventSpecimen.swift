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
      try EventSpecimen(.customer, RecordFact(id: 42, revision: 3))
    case .customersImported:
      try EventSpecimen(.customer, ImportHandler.Fact(created: 2, updated: 2, createdIDs: [42, 43], updatedIDs: [7]))
    case .tagCreated, .tagUpdated, .tagDeleted, .phoneCodeCreated, .phoneCodeUpdated, .phoneCodeDeleted,
      .timezoneCreated, .timezoneUpdated, .timezoneDeleted:
      try EventSpecimen(.customer, Specimen.namedRecord.fact)
    case .contactGroupCreated, .contactGroupUpdated, .contactGroupDeleted, .applicationCreated, .applicationUpdated,
      .applicationDeleted, .apiKeyCreated, .apiKeyUpdated, .apiKeyDeleted, .clientCreated, .clientUpdated,
      .clientDeleted, .operatorCreated, .operatorUpdated, .operatorDeleted:
      try EventSpecimen(.customer, RecordFact(id: 5, revision: 2))
    case .mappingCreated: try EventSpecimen(.customer, MappingFact(id: 5, revision: 1, customerID: 42))
    case .erasureCompleted: try EventSpecimen(.customer, ErasureFact(id: 3, customerID: 42))
    case .messageQueued, .messageUpdated: try EventSpecimen(.mailoutScheduler, RecordFact(id: 1001, revision: 2))
    case .messagesSettled: try settled(.rejected, reason: "code_17")
    case .messagesDelivered: try settled(.delivered, reason: nil)
    case .providerCreated, .providerUpdated, .providerDeleted, .circuitOpened, .circuitHalfOpened, .circuitClosed:
      try EventSpecimen(.sender, Specimen.provider.fact)
    case .buyerCreated, .buyerUpdated, .buyerDeleted:
      try EventSpecimen(.sender, Specimen.buyer.fact)
    case .buyerCircuitOpened: try circuit(.open, reason: "timeout")
    case .buyerCircuitClosed: try circuit(.closed, reason: nil)
    case .leadAnswered:
      try EventSpecimen(.sender, LeadFact(leadID: "form_1", buyer: "telco", outcome: .duplicate))
    }
  }

  private static func settled(_ status: MessageStatus, reason: String?) throws -> EventSpecimen {
    let message = SettledMessages.Message(
      id: 1001, mailoutID: 17, customerID: 42, status: status, attempts: 2, reason: reason, providerMessageID: "p-1",
      finishedAt: 1_795_251_600_123_456)
    return try EventSpecimen(.stats, SettledMessages(messages: [message]))
  }

  private static func circuit(_ state: ProviderFact.Circuit, reason: String?) throws -> EventSpecimen {
    try EventSpecimen(
      .sender, BuyerCircuit(id: 3, name: "telco", circuit: state, reason: reason, sender: "sender-1"))
  }
}

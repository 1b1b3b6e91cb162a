/// The public events, as CloudEvents types and routing keys on `mailout.events`.
public enum EventType: String, Sendable, CaseIterable {
  case mailoutCreated = "mailout.created.v1"
  case mailoutUpdated = "mailout.updated.v1"
  case mailoutStarted = "mailout.started.v1"
  case mailoutPaused = "mailout.paused.v1"
  case mailoutResumed = "mailout.resumed.v1"
  case mailoutCancelled = "mailout.cancelled.v1"
  case mailoutProgressed = "mailout.progressed.v1"
  case mailoutFinished = "mailout.finished.v1"
  case mailoutDeleted = "mailout.deleted.v1"
  case customerCreated = "customer.created.v1"
  case customerUpdated = "customer.updated.v1"
  case customerDeleted = "customer.deleted.v1"
  /// Nobody is to keep anything of the person: who has copies erases them too.
  case customerErased = "customer.erased.v1"
  case customerOptedOut = "customer.opted-out.v1"
  case customerOptedIn = "customer.opted-in.v1"
  case customersImported = "customer.imported.v1"
  case tagCreated = "tag.created.v1"
  case tagUpdated = "tag.updated.v1"
  case tagDeleted = "tag.deleted.v1"
  case phoneCodeCreated = "phone-code.created.v1"
  case phoneCodeUpdated = "phone-code.updated.v1"
  case phoneCodeDeleted = "phone-code.deleted.v1"
  case timezoneCreated = "timezone.created.v1"
  case timezoneUpdated = "timezone.updated.v1"
  case timezoneDeleted = "timezone.deleted.v1"
  case providerCreated = "provider.created.v1"
  case providerUpdated = "provider.updated.v1"
  case providerDeleted = "provider.deleted.v1"
  case circuitOpened = "circuit.opened.v1"
  case circuitHalfOpened = "circuit.half_opened.v1"
  case circuitClosed = "circuit.closed.v1"
  /// Of one message of no mailout.
  case messageQueued = "message.queued.v1"
  case messageUpdated = "message.updated.v1"
  /// Of messages, many in one: see `SettledMessages`.
  case messagesSettled = "message.settled.v1"
  /// Of messages that a receipt has told of, many in one.
  case messagesDelivered = "message.delivered.v1"
  case buyerCreated = "buyer.created.v1"
  case buyerUpdated = "buyer.updated.v1"
  case buyerDeleted = "buyer.deleted.v1"
  case buyerCircuitOpened = "buyer.circuit-opened.v1"
  case buyerCircuitClosed = "buyer.circuit-closed.v1"
  case leadAnswered = "lead.answered.v1"
  case mappingCreated = "mapping.created.v1"
  /// Every service has forgotten the person.
  case erasureCompleted = "erasure.completed.v1"
  case contactGroupCreated = "contact-group.created.v1"
  case contactGroupUpdated = "contact-group.updated.v1"
  case contactGroupDeleted = "contact-group.deleted.v1"
  case applicationCreated = "application.created.v1"
  case applicationUpdated = "application.updated.v1"
  case applicationDeleted = "application.deleted.v1"
  case apiKeyCreated = "api-key.created.v1"
  case apiKeyUpdated = "api-key.updated.v1"
  case apiKeyDeleted = "api-key.deleted.v1"
  case clientCreated = "client.created.v1"
  case clientUpdated = "client.updated.v1"
  case clientDeleted = "client.deleted.v1"
  case operatorCreated = "operator.created.v1"
  case operatorUpdated = "operator.updated.v1"
  case operatorDeleted = "operator.deleted.v1"
}

extension EventType {
  /// A type as people are shown it: "mailout.paused".
  public static func unversioned(_ type: String) -> String {
    guard let dot = type.lastIndex(of: "."), type[dot...].dropFirst().first == "v" else { return type }
    return String(type[..<dot])
  }
}

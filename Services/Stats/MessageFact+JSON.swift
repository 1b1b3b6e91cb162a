import Contracts

extension MessageFact {
  /// What `GET /api/messages/{id}` shows.
  var json: JSON {
    func instant(_ value: Int64?) -> JSON { value.map { .string(Timestamp.format(microseconds: $0)) } ?? .null }
    return [
      "id": .integer(id), "mailout_id": .integer(mailoutID), "customer_id": .integer(customerID),
      "status": .string(status.rawValue), "attempts": .integer(Int64(attempts)),
      "error": reason.map { .string($0) } ?? .null,
      "provider_message_id": providerMessageID.map { .string($0) } ?? .null,
      "latency_ms": latency.map { .integer(Int64($0)) } ?? .null,
      "queued_at": instant(queuedAt), "finished_at": instant(finishedAt),
    ]
  }
}

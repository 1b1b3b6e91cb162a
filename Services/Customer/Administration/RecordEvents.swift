import Contracts

/// The events that tell what became of records of one kind.
struct RecordEvents: Sendable {
  let created: EventType
  let updated: EventType
  let deleted: EventType
}

import Contracts

/// What its own row and its calls tell of a message, line by line.
struct MessageStory: Sendable {
  let entries: [TimelineEntry]

  init(_ fact: MessageFact, attempts: [Attempt]) {
    var lines: [(at: Int64, type: String, data: JSON)] = []
    if let queuedAt = fact.queuedAt { lines.append((queuedAt, "message.queued", [:])) }
    lines += attempts.map { ($0.at, "message.attempt", $0.json) }
    // That it was delivered a receipt told, with a line of its own.
    if fact.status.isFinal, fact.status != .delivered, let finishedAt = fact.finishedAt {
      let data: JSON = ["error": fact.reason.map { .string($0) } ?? .null]
      lines.append((finishedAt, "message.\(fact.status.rawValue)", data))
    }
    entries = lines.enumerated().map { index, line in
      TimelineEntry(place: .part(index + 1), at: line.at, type: line.type, data: line.data)
    }
  }
}

import Contracts

/// One line of a timeline.
struct TimelineEntry: Sendable, Equatable {
  /// Where it was read from.
  enum Place: Sendable, Equatable {
    case happening(Int64)
    case message(Int64)
    /// Of one message, the so many-th.
    case part(Int)
  }

  var place: Place
  /// Microseconds since 1970.
  var at: Int64
  /// An event's type without its version: "mailout.paused"; or "message.queued", "message.attempt", "message.sent" …
  var type: String
  var principal: String?
  var data: JSON

  init(place: Place, at: Int64, type: String, principal: String? = nil, data: JSON) {
    self.place = place
    self.at = at
    self.type = type
    self.principal = principal
    self.data = data
  }

  var json: JSON {
    [
      "at": .string(Timestamp.format(microseconds: at)), "type": .string(EventType.unversioned(type)),
      "by": principal.map { .string($0) } ?? .null, "data": data,
    ]
  }
}

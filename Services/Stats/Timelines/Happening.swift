import Contracts
import FoundationEssentials

/// Something that happened to a mailout, a customer or a message, as an event told it.
struct Happening: Sendable, Equatable {
  enum Subject: String, Sendable, CaseIterable {
    case mailout, customer, message
  }

  /// Of the event: the same is recorded once.
  var eventID: String
  var subject: Subject
  var subjectID: Int64
  var at: Date
  /// The event's, with its version.
  var type: String
  /// Who did it; nil where it happened by itself.
  var principal: String?
  var data: JSON

  /// What events of mailouts and customers say; empty for what no timeline shows.
  /// - Throws: `Problem` that says why it can never be recorded, for a dead letter's reason.
  static func read(_ body: [UInt8]) throws(Problem) -> [Happening] {
    let frame = try EnvelopeFrame.read(body)
    let name = frame.type.split(separator: ".").first.map(String.init) ?? ""
    // How far a mailout is says its statistics.
    guard let subject = Subject(rawValue: name), frame.type != EventType.mailoutProgressed.rawValue else { return [] }
    let data = try JSON.parse(body[frame.data])
    guard let at = try? Timestamp.parse(frame.time) else {
      throw Problem(.malformed, "The event's time is no RFC 3339 instant.")
    }
    let what = { (id: Int64, type: String) in
      Happening(
        eventID: "\(frame.id)-\(id)".storable(200), subject: subject, subjectID: id, at: at, type: type,
        principal: frame.principal?.storable(300), data: data.storable)
    }
    guard case .integer(let id)? = data["id"] else { return try imported(data, what) }
    return [what(id, frame.type)]
  }

  /// An import tells of many customers at once.
  private static func imported(
    _ data: JSON, _ what: (Int64, String) -> Happening
  ) throws(Problem) -> [Happening] {
    var happenings: [Happening] = []
    for (member, type) in [("created_ids", "customer.created.v1"), ("updated_ids", "customer.updated.v1")] {
      guard case .array(let ids)? = data[member] else { continue }
      for case .integer(let id) in ids {
        var happening = what(id, type)
        happening.data = ["id": .integer(id), "by_import": true]
        happenings.append(happening)
      }
    }
    return happenings
  }
}

extension JSON {
  /// Without what Postgres has not in a text.
  fileprivate var storable: JSON {
    switch self {
    case .string(let text): .string(text.storable(10_000))
    case .array(let elements): .array(elements.map(\.storable))
    case .object(let members):
      .object(Dictionary(members.map { ($0.storable(300), $1.storable) }, uniquingKeysWith: { first, _ in first }))
    default: self
    }
  }
}

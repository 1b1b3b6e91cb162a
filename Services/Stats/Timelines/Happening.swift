import Contracts
import FoundationEssentials

/// Something that happened to a mailout, a customer, a message or many customers at once, as an event told it.
struct Happening: Sendable, Equatable {
  enum Subject: String, Sendable {
    case mailout, customer, message
    /// Has no timeline of its own: its customers' show it.
    case `import`
  }

  /// A customer of an import.
  struct Imported: Sendable, Equatable {
    var customerID: Int64
    /// Whether the import made them, or changed them.
    var isNew: Bool
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
  /// Whom an import was about; none for everything else.
  var imported: [Imported] = []
}

extension Happening {
  /// What an event of a mailout or customers says; nil for what no timeline shows.
  /// - Throws: `Problem` that says why it can never be recorded, for a dead letter's reason.
  static func read(_ body: [UInt8]) throws(Problem) -> Happening? { try Happening(body) }

  private init?(_ body: [UInt8]) throws(Problem) {
    let frame = try EnvelopeFrame.read(body)
    let subject = frame.type.split(separator: ".").first.flatMap { Subject(rawValue: String($0)) }
    // How far a mailout is says its statistics.
    guard let subject, frame.type != EventType.mailoutProgressed.rawValue else { return nil }
    let data = try JSON.parse(body[frame.data])
    guard let at = try? Timestamp.parse(frame.time) else {
      throw Problem(.malformed, "The event's time is no RFC 3339 instant.")
    }
    self.init(
      eventID: frame.id.storable(200), subject: subject, subjectID: 0, at: at, type: frame.type,
      principal: frame.principal?.storable(300), data: data.storable)
    if frame.type == EventType.customersImported.rawValue {
      self.subject = .import
      imported = Self.ids(data["created_ids"], areNew: true) + Self.ids(data["updated_ids"], areNew: false)
      self.data = .null
    } else if case .integer(let id)? = data["id"] {
      subjectID = id
    } else {
      return nil
    }
  }

  private static func ids(_ list: JSON?, areNew: Bool) -> [Imported] {
    guard case .array(let ids)? = list else { return [] }
    return ids.compactMap { if case .integer(let id) = $0 { Imported(customerID: id, isNew: areNew) } else { nil } }
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

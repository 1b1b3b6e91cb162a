import Contracts

/// What an administrator orders of a client.
struct ClientDraft: Sendable, Equatable {
  static let idPrefix = "id_"
  static let maxClientID = 100

  var clientID: String?
  var name: String?
  /// Sorted.
  var scopes: [String]
  var isEnabled = true

  /// Reads a new client: `{"client_id"?, "name"?, "scopes", "enabled"?}`.
  /// - Throws: `Problem` with every fault.
  static func read(_ body: JSON) throws(Problem) -> ClientDraft {
    var draft = ClientDraft(scopes: [])
    try draft.read(body, isNew: true)
    return draft
  }

  /// A stored client with the fields of a PATCH changed.
  static func changed(_ record: ClientRecord, by changes: JSON) throws(Problem) -> ClientDraft {
    var draft = ClientDraft(
      clientID: record.clientID, name: record.name, scopes: record.scopes, isEnabled: record.isEnabled)
    try draft.read(changes, isNew: false)
    return draft
  }

  private mutating func read(_ body: JSON, isNew: Bool) throws(Problem) {
    var reader = FieldReader(body)
    reader.refuseNull("enabled")
    if isNew {
      reader.refuseNull("client_id")
      clientID = reader.parsed("client_id", max: Self.maxClientID) { text throws(FieldFault) in
        try Self.checkID(text)
      }
    }
    if let name = reader.string("name", max: FieldRules.maxName) {
      self.name = name
    } else if reader.isNull("name") {
      name = nil
    }
    if let scopes = reader.scopes("scopes", required: isNew) { self.scopes = scopes }
    if let enabled = reader.bool("enabled") { isEnabled = enabled }
    try reader.finish()
  }

  private static func checkID(_ text: String) throws(FieldFault) -> String {
    let rest = text.utf8.dropFirst(idPrefix.utf8.count)
    let isFit = rest.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || "-_.".utf8.contains(byte)
    }
    guard text.hasPrefix(idPrefix), !rest.isEmpty, isFit else {
      throw FieldFault("must be id_ followed by letters, digits, \"-\", \"_\" or \".\"")
    }
    return text
  }
}

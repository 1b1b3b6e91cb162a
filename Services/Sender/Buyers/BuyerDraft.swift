import Contracts
import Service

/// What an administrator orders of a buyer, checked: every fault is named.
struct BuyerDraft: Sendable {
  var name: String
  var isEnabled: Bool
  var settings: BuyerSettings
  /// Those given; a stored one stays where none is: nobody can read it back to send it again.
  var passwords: [BuyerStage.Name: Secret] = [:]

  /// Reads a whole buyer.
  /// - Parameter present: the one to be replaced; nil where it is new.
  /// - Throws: `Problem` with every fault of every field.
  static func read(_ body: JSON, present: Buyer? = nil) throws(Problem) -> BuyerDraft {
    var draft = BuyerDraft(name: "", isEnabled: true, settings: BuyerSettings())
    try draft.read(body, isWhole: true, present: present)
    return draft
  }

  /// A stored buyer with the fields of a PATCH changed.
  static func changed(_ present: Buyer, by changes: JSON) throws(Problem) -> BuyerDraft {
    var draft = BuyerDraft(name: present.name, isEnabled: present.isEnabled, settings: present.settings)
    try draft.read(changes, isWhole: false, present: present)
    return draft
  }

  private mutating func read(_ body: JSON, isWhole: Bool, present: Buyer?) throws(Problem) {
    var reader = FieldReader(body)
    for name in ["name", "enabled"] where reader.isNull(name) { reader.fail(name, "must not be null") }
    if let name = reader.string("name", required: isWhole, max: 64) {
      if let fault = EndpointRules.fault(inName: name) { reader.fail("name", fault) }
      self.name = name
    }
    if let enabled = reader.bool("enabled") { isEnabled = enabled }
    passwords = settings.read(&reader).mapValues { Secret($0) }
    if let present { checkPasswords(of: present, &reader) }
    if reader.errors.isEmpty { checkStage(present, &reader) }
    try reader.finish()
  }

  /// Who changes an address may never have seen its password: it does not follow to another origin by itself. Asked of
  /// every stage, used or not: it could be used later.
  private func checkPasswords(of present: Buyer, _ reader: inout FieldReader) {
    for (name, stage) in settings.stages where present.passwords[name] != nil && passwords[name] == nil {
      let stored = present.settings.stages[name]
      if stored?.url == stage.url { continue }
      if EndpointRules.origin(stage.url) != stored.flatMap({ EndpointRules.origin($0.url) }) {
        reader.fail("stages/\(name.rawValue)/password", EndpointRules.credentialFault)
      }
    }
  }

  /// The stage that leads go to has an address, and credentials where the buyer asks for them.
  private func checkStage(_ present: Buyer?, _ reader: inout FieldReader) {
    let stage = settings.stage
    guard let address = settings.address else {
      return reader.fail("stages/\(stage.rawValue)", "is required, as stage says that leads go there")
    }
    guard settings.authentication != nil else { return }
    if address.username == nil {
      reader.fail("stages/\(stage.rawValue)/username", "is required for the authentication")
    }
    if passwords[stage] == nil && present?.passwords[stage] == nil {
      reader.fail("stages/\(stage.rawValue)/password", "is required for the authentication")
    }
  }
}

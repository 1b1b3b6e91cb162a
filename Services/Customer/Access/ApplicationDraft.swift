import Contracts

/// What an administrator orders of an application.
struct ApplicationDraft: Sendable, Equatable {
  static let maxSlug = 50

  /// Those that the interface has always known: what `Customer seed-applications` makes.
  static let predefined = [
    ApplicationDraft(slug: "amc", name: "Appsembler Management Console"),
    ApplicationDraft(slug: "edx", name: "Open edX"),
  ]

  var slug: String
  var name: String

  /// Reads a new application: `{"slug", "name"}`.
  /// - Throws: `Problem` with every fault.
  static func read(_ body: JSON) throws(Problem) -> ApplicationDraft {
    var draft = ApplicationDraft(slug: "", name: "")
    try draft.read(body, required: true)
    return draft
  }

  /// A stored application with the fields of a PATCH changed.
  static func changed(_ record: ApplicationRecord, by changes: JSON) throws(Problem) -> ApplicationDraft {
    var draft = ApplicationDraft(slug: record.slug, name: record.name)
    try draft.read(changes, required: false)
    return draft
  }

  private mutating func read(_ body: JSON, required: Bool) throws(Problem) {
    var reader = FieldReader(body)
    if !required { reader.refuseNull("slug", "name") }
    let slug = reader.parsed("slug", required: required, max: Self.maxSlug) { text throws(FieldFault) in
      try Self.checkSlug(text)
    }
    if let slug { self.slug = slug }
    if let name = reader.string("name", required: required, max: FieldRules.maxName) { self.name = name }
    try reader.finish()
  }

  private static func checkSlug(_ text: String) throws(FieldFault) -> String {
    let isFit = text.utf8.allSatisfy {
      (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
    guard isFit, !text.isEmpty else { throw FieldFault("must be lower-case letters, digits, \"-\" or \"_\"") }
    return text
  }
}

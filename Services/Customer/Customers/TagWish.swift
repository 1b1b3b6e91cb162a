import Contracts
import Postgres

/// The tag that a customer is to get: by name, made where there is none, or by the id of one there is.
enum TagWish: Sendable, Equatable {
  case name(String)
  case id(Int64)

  /// Reads a REST body: `{"tag"}` or `{"tag_id"}`.
  static func read(_ body: JSON) throws(Problem) -> TagWish {
    var reader = FieldReader(body)
    let name = reader.parsed("tag", max: TagRules.maxLength, TagRules.check)
    let id = reader.integer("tag_id", in: 1...Int64.max)
    switch (reader.value("tag"), reader.value("tag_id")) {
    case (nil, nil): reader.fail("tag", "is required, or a tag_id")
    case (.some, .some): reader.fail("tag_id", "must not stand beside a tag")
    default: break
    }
    try reader.finish()
    guard let wish = name.map(TagWish.name) ?? id.map(TagWish.id) else {
      throw Problem.invalid([Problem.Field("/tag", "is required, or a tag_id")])
    }
    return wish
  }

  /// - Throws: `Problem` for an id that no tag has.
  func name(on pool: PostgresPool) async throws -> String {
    switch self {
    case .name(let name): return name
    case .id(let id):
      guard let tag = try await NamedStore(.tag).read(id, on: pool) else {
        throw Problem.invalid([Problem.Field("/tag_id", "is the id of no tag")])
      }
      return tag.name
    }
  }
}

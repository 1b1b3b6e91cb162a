import Contracts
import FoundationEssentials

/// A contact group that an admin has defined, as stored.
struct ContactGroupDefinition: Sendable, Equatable {
  var id: Int64
  var name: String
  var fields: [ContactField]
  var revision: Int64
  var createdAt: Date
  var updatedAt: Date

  var etag: String { String(revision) }

  var group: ContactGroup { ContactGroup(name: name, fields: fields, isTimestamped: true) }

  var json: JSON {
    [
      "id": .integer(id), "name": .string(name), "fields": .array(fields.map(ContactFieldDraft.json)),
      "created_at": .string(Timestamp.format(createdAt)), "updated_at": .string(Timestamp.format(updatedAt)),
    ]
  }

  /// What keeps the fields from becoming these while contacts have values of them, or nil: a value must stay what it was,
  /// and nothing may be missing.
  /// - Returns: the faults, by pointers into the body.
  func faults(inReplacing new: [ContactField]) -> [Problem.Field] {
    var faults: [Problem.Field] = []
    for old in fields where !new.contains(where: { $0.name == old.name }) {
      faults.append(Problem.Field("/fields", "must keep \(old.name): contacts have the group"))
    }
    for (index, field) in new.enumerated() {
      guard let old = fields.first(where: { $0.name == field.name }) else {
        if field.isRequired {
          faults.append(
            Problem.Field("/fields/\(index)/required", "must not be true: contacts have the group without it"))
        }
        continue
      }
      if field.kind != old.kind {
        faults.append(Problem.Field("/fields/\(index)/type", "must stay \(old.kind.rawValue): contacts have the group"))
      }
      if field.identifier != old.identifier {
        let name = field.identifier?.isUnique == old.identifier?.isUnique ? "searchable" : "unique"
        faults.append(Problem.Field("/fields/\(index)/\(name)", "must stay as it is: contacts have the group"))
      }
      if field.isRequired && !old.isRequired {
        faults.append(Problem.Field("/fields/\(index)/required", "must stay false: contacts have the group without it"))
      }
    }
    return faults
  }
}

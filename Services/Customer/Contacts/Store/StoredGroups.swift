import Contracts

/// A contact's groups and lists as the database gathers them.
struct StoredGroups {
  var values: [String: ContactRecord.Stored] = [:]
  var lists: [SubscriptionList: [ContactRecord.Stored]] = [:]

  /// - Parameters:
  ///   - groups: {"<name>": [data, created, updated]}
  ///   - lists: [["<list>", data, created, updated]], in order of name.
  init(_ groups: String, lists: String) throws {
    if case .object(let members) = try JSON.parse(Array(groups.utf8)) {
      for (name, value) in members {
        guard case .array(let parts) = value else { continue }
        values[name] = Self.stored(parts[...])
      }
    }
    if case .array(let items) = try JSON.parse(Array(lists.utf8)) {
      for case .array(let parts) in items {
        guard case .string(let text)? = parts.first, let list = SubscriptionList(rawValue: text),
          let stored = Self.stored(parts.dropFirst())
        else { continue }
        self.lists[list, default: []].append(
          ContactRecord.Stored(
            values: list.item.completed(stored.values), createdAt: stored.createdAt, updatedAt: stored.updatedAt))
      }
    }
  }

  private static func stored(_ parts: ArraySlice<JSON>) -> ContactRecord.Stored? {
    guard parts.count == 3, case .object(let values) = parts[parts.startIndex],
      case .integer(let createdAt) = parts[parts.startIndex + 1],
      case .integer(let updatedAt) = parts[parts.startIndex + 2]
    else { return nil }
    return ContactRecord.Stored(values: values, createdAt: createdAt, updatedAt: updatedAt)
  }
}

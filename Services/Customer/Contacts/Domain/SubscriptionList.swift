import Contracts

/// A contact's list of things subscribed to, each by its name.
enum SubscriptionList: String, Sendable, CaseIterable {
  case newsletters, waitlists

  /// The most items of one contact.
  static let maxCount = 500

  /// An item's fields; it shows when it was made and changed.
  var item: ContactGroup {
    switch self {
    case .newsletters: Self.newsletter
    case .waitlists: Self.waitlist
    }
  }

  private static let newsletter = ContactGroup(
    name: "newsletters",
    fields: [
      .string("name", max: 255, min: 1, required: true),
      .boolean("subscribed", true),
      .choice("format", ["H", "T"]),
      .language("lang", min: 2),
      ContactField(name: "source", kind: .url, maxLength: 2_083),
      .string("unsub_reason"),
    ], isTimestamped: true)

  private static let waitlist = ContactGroup(
    name: "waitlists",
    fields: [
      .string("name", max: 255, min: 1, required: true),
      ContactField(name: "source", kind: .url, maxLength: 2_083),
      ContactField(name: "fields", kind: .object, defaultValue: [:]),
      .boolean("subscribed", true),
      .string("unsub_reason"),
    ], isTimestamped: true)

  static let tooLong = ContactFault("too_long", "List should have at most \(maxCount) items")

  /// The items given; see `checkNames`.
  func read(_ input: JSON, at pointer: String, _ faults: inout [Problem.Field]) -> [ContactGroup.Values] {
    guard case .array(let elements) = input else {
      faults.append(ContactFault.list.field(pointer, input))
      return []
    }
    guard elements.count <= Self.maxCount else {
      faults.append(Self.tooLong.field(pointer, .null))
      return []
    }
    var items: [ContactGroup.Values] = []
    for (index, element) in elements.enumerated() {
      let place = "\(pointer)/\(index)"
      let values = item.read(element, isWhole: true, at: place, &faults)
      if self == .waitlists { WaitlistRules.check(values, at: place, &faults) }
      items.append(values)
    }
    return items
  }

  /// - Throws: `Problem` where a name is in the list twice: a contact has each once.
  func checkNames(_ items: [ContactGroup.Values]) throws(Problem) {
    var names: Set<String> = []
    for item in items {
      guard let name = item.text("name"), !names.insert(name).inserted else { continue }
      throw Problem(.conflict, "\(rawValue) has the name \(name.prefix(100)) twice")
    }
  }
}

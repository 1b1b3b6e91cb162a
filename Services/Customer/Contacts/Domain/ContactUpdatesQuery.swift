import Contracts
import FoundationEssentials

/// Which contacts have changed in a window of time, a page of them.
struct ContactUpdatesQuery: Sendable, Equatable {
  static let limits: ClosedRange<Int64> = 0...1000
  static let defaultLimit: Int64 = 100

  /// Microseconds since 1970; inclusive.
  var start: Int64
  /// Exclusive.
  var end: Int64
  var limit = Int(defaultLimit)
  var after: ContactCursor?
  var isMofoRelevant: Bool?

  /// Reads an operation's `filter`, whose values are texts as a URL has them; an empty one is not given.
  /// - Throws: `Problem` that names every fault.
  static func read(_ data: JSON, now: Int64) throws(Problem) -> ContactUpdatesQuery {
    guard case .object(let filter)? = data["filter"] else {
      throw Problem.invalid([ContactFault.object.field("/filter", data["filter"] ?? .null)])
    }
    var faults: [Problem.Field] = []
    func text(_ name: String) -> String? {
      guard let given = filter[name], given != "", given != .null else { return nil }
      guard case .string(let text) = given else {
        faults.append(ContactFault.string.field("/filter/\(name)", given))
        return nil
      }
      return text
    }
    func parsed<Value>(_ name: String, _ fault: ContactFault, _ parse: (String) -> Value?) -> Value? {
      guard let text = text(name) else { return nil }
      if let value = parse(text) { return value }
      faults.append(fault.field("/filter/\(name)", .string(text)))
      return nil
    }
    let instant = ContactFault("datetime_from_date_parsing", "Input should be a valid datetime or date")
    let start = parsed("start", instant, ContactTime.microseconds)
    if start == nil && !faults.names("/filter/start") {
      faults.append(
        filter["start"] == nil
          ? ContactFault.missing.field("/filter/start", .null) : instant.field("/filter/start", ""))
    }
    let end = parsed("end", instant, ContactTime.microseconds) ?? now
    let number = ContactFault("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
    let limit = parsed("limit", number) { Int64($0) } ?? defaultLimit
    if limit < limits.lowerBound {
      faults.append(
        ContactFault("greater_than_equal", "Input should be greater than or equal to \(limits.lowerBound)")
          .field("/filter/limit", .integer(limit)))
    } else if limit > limits.upperBound {
      faults.append(
        ContactFault("less_than_equal", "Input should be less than or equal to \(limits.upperBound)")
          .field("/filter/limit", .integer(limit)))
    }
    let after = parsed(
      "after", .rule("'after' param validation error when decoding value."), { ContactCursor($0) })
    let relevant = parsed(
      "mofo_relevant",
      ContactFault("bool_parsing", "Input should be a valid boolean, unable to interpret input"),
      { text in try? ContactField.boolean("mofo_relevant").value(of: .string(text)) == true })
    guard faults.isEmpty, let start else { throw Problem.invalid(faults) }
    return ContactUpdatesQuery(
      start: start, end: end, limit: Int(limit), after: after, isMofoRelevant: relevant)
  }
}

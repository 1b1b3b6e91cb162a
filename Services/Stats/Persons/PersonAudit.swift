import Contracts
import Postgres

/// Conditions on rows of the audit log: which speak of a person, and which of what they did themselves.
enum PersonAudit {
  /// What was done to them as a customer who logs in.
  static func isOfAccount(_ person: Person) -> SQL {
    "(subject_kind in ('account', 'profile') and subject_id = any(\(person.emails + [String(person.customerID)])))"
  }

  /// What was done to them, and by them.
  static func isTheirs(_ person: Person) -> SQL {
    var conditions: [SQL] = [
      "(subject_kind = 'customer' and subject_id = \(String(person.customerID)))", isOfAccount(person),
    ]
    if let uuid = person.uuid {
      conditions += ["(subject_kind = 'contact' and subject_id = \(uuid))", "principal = \("customer:\(uuid)")"]
    }
    return "(\(fragment: SQL.join(conditions, separator: " or ")))"
  }

  /// Done by a customer, or by somebody who has not logged in: the address it came from is the person's, not an operator's.
  static let isOwn: SQL = "(principal = 'anonymous' or principal like 'anonymous:%' or principal like 'customer:%')"
}

import Contracts

/// What a waitlist's own fields may be: those of "vpn" and "relay" are fixed, others are free but for two.
enum WaitlistRules {
  private static let maxLength = 100

  /// Checks an item that subscribes; one that unsubscribes may say anything.
  static func check(_ item: ContactGroup.Values, at pointer: String, _ faults: inout [Problem.Field]) {
    guard item["subscribed"] != false, case .string(let name)? = item["name"] else { return }
    guard case .object(let fields) = item["fields"] ?? [:] else { return }
    let known: Set<String>? =
      switch name {
      case "vpn": ["geo", "platform"]
      case "relay": ["geo"]
      default: nil
      }
    for (field, value) in fields.sorted(by: { $0.key < $1.key }) {
      let place = "\(pointer)/fields/\(field)"
      if let known, !known.contains(field) {
        faults.append(ContactFault("extra_forbidden", "Extra inputs are not permitted").field(place, value))
      } else if field == "geo" || field == "platform" {
        do throws(ContactFault) {
          _ = try ContactField.string(field, max: maxLength).value(of: value)
        } catch {
          faults.append(error.field(place, value))
        }
      }
    }
  }
}

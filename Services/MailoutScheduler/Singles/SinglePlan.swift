import Contracts
import FoundationEssentials

/// Which of the single messages that are due go out together, and with what texts. A value, tested without a server.
struct SinglePlan: Sendable {
  /// In their order; maybe not all of those that are due: one question may ask for so many fields only.
  let singles: [Single]
  /// Every field that a text needs, each once.
  let fields: [String]
  private let templates: [String: Template]

  init(_ due: [Single]) throws {
    var templates: [String: Template] = [:]
    var fields: Set<String> = []
    var singles: [Single] = []
    for single in due {
      let template = try templates[single.text] ?? Template(single.text)
      // A test has no customer, and its placeholders are what they are by default.
      let more = single.customerID == nil ? fields : fields.union(template.fields)
      if more.count > Template.maxFields { break }
      fields = more
      templates[single.text] = template
      singles.append(single)
    }
    self.singles = singles
    self.fields = fields.sorted()
    self.templates = templates
  }

  /// Whom the customer service is to be asked for.
  var customers: [Int64] { Array(Set(singles.compactMap(\.customerID))).sorted() }

  /// What is sent, by its end; and those whose customer may not be written to any more.
  func messages(_ members: [AudienceMember]) -> (ends: [Date: [BatchMessage]], gone: [Single]) {
    let byID = Dictionary(members.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var ends: [Date: [BatchMessage]] = [:]
    var gone: [Single] = []
    for single in singles {
      let text = { (values: [String: String]?) in templates[single.text]?.render(values) ?? single.text }
      var message = BatchMessage(
        id: single.messageID, customerID: single.customerID ?? 0, phone: "", text: "", round: single.round,
        hop: single.hop + 1, attempts: single.attempts, isUnknown: single.isUnknown)
      switch single.recipient {
      case .phone(let phone):
        (message.phone, message.text) = (phone, text(nil))
      case .customer(let id):
        guard let member = byID[id] else {
          gone.append(single)
          continue
        }
        (message.phone, message.text) = (member.phone, text(member.fields))
      }
      ends[single.endAt, default: []].append(message)
    }
    return (ends, gone)
  }
}

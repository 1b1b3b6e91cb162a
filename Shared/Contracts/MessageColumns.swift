/// The messages of a batch as the wire has them: a list for each member, all equally long. The lists that would hold
/// nothing but zeros are left out: almost every message is a first issue.
struct MessageColumns {
  private var ids: [Int64] = []
  private var customerIDs: [Int64] = []
  private var phones: [String] = []
  private var texts: [String] = []
  private var rounds: [Int64] = []
  private var hops: [Int64] = []
  private var attempts: [Int64] = []
  private var unknown: [Int64] = []

  static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> MessageColumns {
    var columns = MessageColumns()
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "id": columns.ids = try reader.integers()
      case "customer_id": columns.customerIDs = try reader.integers()
      case "phone": columns.phones = try reader.strings()
      case "text": columns.texts = try reader.strings()
      case "round": columns.rounds = try reader.integers()
      case "hop": columns.hops = try reader.integers()
      case "attempts": columns.attempts = try reader.integers()
      case "unknown": columns.unknown = try reader.integers()
      default: try reader.skip()
      }
    }
    try Columns.check(
      columns.ids.count,
      ["customer_id": columns.customerIDs.count, "phone": columns.phones.count, "text": columns.texts.count],
      optional: [
        "round": columns.rounds.count, "hop": columns.hops.count, "attempts": columns.attempts.count,
        "unknown": columns.unknown.count,
      ])
    return columns
  }

  var messages: [BatchMessage] {
    ids.indices.map { index in
      BatchMessage(
        id: ids[index], customerID: customerIDs[index], phone: phones[index], text: texts[index],
        round: Columns.element(index, of: rounds), hop: Columns.element(index, of: hops),
        attempts: Columns.element(index, of: attempts), isUnknown: Columns.element(index, of: unknown) != 0)
    }
  }

  /// - Parameter shared: what is left out of each text.
  static func append(_ messages: [BatchMessage], _ shared: SharedText, to bytes: inout [UInt8]) {
    bytes.append(json: #"{"id":"#)
    bytes.append(numbers: messages) { $0.id }
    bytes.append(json: #","customer_id":"#)
    bytes.append(numbers: messages) { $0.customerID }
    bytes.append(json: #","phone":"#)
    bytes.append(list: messages) { bytes, message in bytes.append(string: message.phone) }
    bytes.append(json: #","text":"#)
    bytes.append(list: messages) { bytes, message in
      var text = message.text
      text.withUTF8 {
        bytes.append(utf8String: UnsafeBufferPointer(rebasing: $0[shared.prefix..<($0.count - shared.suffix)]))
      }
    }
    if messages.contains(where: { $0.round != 0 }) {
      bytes.append(json: #","round":"#)
      bytes.append(numbers: messages) { Int64($0.round) }
    }
    if messages.contains(where: { $0.hop != 0 }) {
      bytes.append(json: #","hop":"#)
      bytes.append(numbers: messages) { Int64($0.hop) }
    }
    if messages.contains(where: { $0.attempts != 0 }) {
      bytes.append(json: #","attempts":"#)
      bytes.append(numbers: messages) { Int64($0.attempts) }
    }
    if messages.contains(where: \.isUnknown) {
      bytes.append(json: #","unknown":"#)
      bytes.append(numbers: messages) { $0.isUnknown ? 1 : 0 }
    }
    bytes.append(UInt8(ascii: "}"))
  }
}

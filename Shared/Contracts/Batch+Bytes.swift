/// Batches by hand, both ways: every message passes here three times. Each member of the messages is a column, and what
/// all their texts share is said once: less than half of the bytes of so many objects, in every queue and table on the way.
extension Batch: WireReadable {
  public static var formerTypes: [String] { [BatchV1.type] }

  public static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> Batch {
    var id: Int64?
    var mailoutID: Int64?
    var provider: String?
    var issuedAt: Int64?
    var deadline: Int64?
    var messages: [BatchMessage]?
    var around: [String] = []
    var batch = Batch(id: 0, mailoutID: 0, provider: "", issuedAt: 0, deadline: 0, messages: [])
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "id": id = try reader.integer()
      case "mailout_id": mailoutID = try reader.integer()
      case "revision": batch.revision = try reader.integer()
      case "provider": provider = try reader.string()
      case "issued_at": issuedAt = try reader.integer()
      case "as_of": batch.asOf = try reader.optionalInteger()
      case "deadline": deadline = try reader.integer()
      case "closes_at": batch.closesAt = try reader.optionalInteger()
      case "rate_limit": batch.rateLimit = try reader.optionalInteger().map { Int($0) }
      case "around": around = try reader.strings()
      case "messages":
        messages = reader.isAtArray ? try BatchV1.messages(&reader) : try MessageColumns.read(&reader).messages
      default: try reader.skip()
      }
    }
    batch.id = try required(id, "id")
    batch.mailoutID = try required(mailoutID, "mailout_id")
    batch.provider = try required(provider, "provider")
    batch.issuedAt = try required(issuedAt, "issued_at")
    batch.deadline = try required(deadline, "deadline")
    batch.messages = try required(messages, "messages")
    if !around.isEmpty { try batch.complete(around) }
    return batch
  }

  /// The texts with what they share before and after them.
  private mutating func complete(_ around: [String]) throws(JSONReader.Fault) {
    guard around.count == 2 else { throw JSONReader.Fault(path: "/around", detail: "expected two texts") }
    let count = around[0].utf8.count + around[1].utf8.count
    // Before they are written out: a damaged batch must not take the memory of all sound ones.
    guard messages.count <= Batch.maxTaken, messages.count * count <= 4 * Batch.maxTextBytes else {
      throw JSONReader.Fault(path: "/around", detail: "makes \(messages.count) texts too long")
    }
    for index in messages.indices {
      var text = around[0]
      text.reserveCapacity(count + messages[index].text.utf8.count)
      text += messages[index].text
      text += around[1]
      messages[index].text = text
    }
  }

  /// The data of its envelope.
  public var bytes: [UInt8] {
    let shared = SharedText(of: messages.lazy.map(\.text))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      512 + messages.reduce(0) { $0 + 48 + ($1.text.utf8.count - shared.prefix - shared.suffix) * 9 / 8 })
    bytes.append(json: #"{"id":"#)
    bytes.append(number: id)
    bytes.append(member: "mailout_id", number: mailoutID)
    if revision != 0 { bytes.append(member: "revision", number: revision) }
    bytes.append(member: "provider", provider)
    bytes.append(member: "issued_at", number: issuedAt)
    if let asOf { bytes.append(member: "as_of", number: asOf) }
    bytes.append(member: "deadline", number: deadline)
    if let closesAt { bytes.append(member: "closes_at", number: closesAt) }
    if let rateLimit { bytes.append(member: "rate_limit", number: Int64(rateLimit)) }
    if shared.prefix + shared.suffix > 0, var first = messages.first?.text {
      bytes.append(json: #","around":["#)
      first.withUTF8 { first in
        bytes.append(utf8String: UnsafeBufferPointer(rebasing: first[..<shared.prefix]))
        bytes.append(UInt8(ascii: ","))
        bytes.append(utf8String: UnsafeBufferPointer(rebasing: first[(first.count - shared.suffix)...]))
      }
      bytes.append(UInt8(ascii: "]"))
    }
    bytes.append(json: #","messages":"#)
    MessageColumns.append(messages, shared, to: &bytes)
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }
}

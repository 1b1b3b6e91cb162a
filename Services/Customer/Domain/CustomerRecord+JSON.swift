import Contracts

extension CustomerRecord {
  /// The customer as api.md's reader sees it. Written by hand: pages of a thousand are common.
  func append(to bytes: inout [UInt8]) {
    bytes.append(json: #"{"id":"#)
    bytes.append(number: id)
    appendTexts(to: &bytes)
    bytes += tagIDs.map(String.init).joined(separator: ",").utf8
    bytes.append(json: #"],"created_at":""#)
    Timestamp.append(microseconds: Timestamp.microseconds(createdAt), to: &bytes)
    bytes.append(json: #"","updated_at":""#)
    Timestamp.append(microseconds: Timestamp.microseconds(updatedAt), to: &bytes)
    bytes.append(json: "\"}")
  }

  /// What stands between the id and the numbers of the tags: all that does not come from the database.
  func appendTexts(to bytes: inout [UInt8]) {
    bytes.append(json: #","uuid":""#)
    bytes += uuid.uuidString.lowercased().utf8
    bytes.append(json: "\"")
    bytes.append(member: "phone", phone)
    bytes.append(member: "phone_code", phoneCode)
    bytes.append(member: "timezone", timezone)
    bytes.append(member: "email", email)
    bytes.append(member: "first_name", firstName)
    bytes.append(member: "last_name", lastName)
    bytes.append(json: #","attributes":"#)
    bytes += attributes.utf8
    bytes.append(json: #","opted_out":"#)
    bytes.append(json: optedOutAt == nil ? "false" : "true")
    bytes.append(json: #","tags":["#)
    for (index, tag) in tags.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(string: tag)
    }
    bytes.append(json: #"],"tag_ids":["#)
  }

  var json: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(400)
    append(to: &bytes)
    return bytes
  }
}

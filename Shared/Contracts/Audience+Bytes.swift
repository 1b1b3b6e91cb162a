/// Audience pages by hand: every message of every mailout passes here.
extension AudiencePage {
  /// Reads a reply's body.
  /// - Throws: `Problem` with code `malformed`.
  public init(bytes: [UInt8]) throws(Problem) {
    do throws(JSONReader.Fault) {
      self = try JSONReader.read(bytes) { reader throws(JSONReader.Fault) in try AudiencePage.read(&reader) }
    } catch {
      throw Problem(.malformed, "The bytes are no audience page: \(error.path): \(error.detail)")
    }
  }

  static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> AudiencePage {
    var members: [AudienceMember]?
    var next: Int64?
    var asOf: Int64?
    var optedOut: [Int64]?
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "members":
        var read: [AudienceMember] = []
        read.reserveCapacity(1024)
        try reader.array { _, reader throws(JSONReader.Fault) in read.append(try AudienceMember.read(&reader)) }
        members = read
      case "next": next = try reader.optionalInteger()
      case "as_of": asOf = try reader.integer()
      case "opted_out":
        if try reader.null() { return }
        var ids: [Int64] = []
        try reader.array { _, reader throws(JSONReader.Fault) in ids.append(try reader.integer()) }
        optedOut = ids
      default: try reader.skip()
      }
    }
    return AudiencePage(
      members: try required(members, "members"), next: next, asOf: try required(asOf, "as_of"), optedOut: optedOut)
  }
}

extension AudienceMember {
  static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> AudienceMember {
    var id: Int64?
    var phone: String?
    var member = AudienceMember(id: 0, phone: "")
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "id": id = try reader.integer()
      case "phone": phone = try reader.string()
      case "timezone": member.timezone = try reader.optionalString()
      case "fields":
        if try reader.null() { return }
        var fields: [String: String] = [:]
        try reader.object { key, reader throws(JSONReader.Fault) in fields[key.text] = try reader.string() }
        member.fields = fields
      default: try reader.skip()
      }
    }
    member.id = try required(id, "id")
    member.phone = try required(phone, "phone")
    return member
  }
}

import Contracts

/// A member of a service's answer, found without building the rest of it.
enum AnswerMember {
  /// Nil where the answer is no object, or has no such member.
  static func find(_ name: StaticString, in body: [UInt8]) -> JSON? {
    var found: JSON?
    do throws(JSONReader.Fault) {
      try JSONReader.read(body) { reader throws(JSONReader.Fault) in
        try reader.object { key, reader throws(JSONReader.Fault) in
          if name ~= key { found = try reader.json() } else { try reader.skip() }
        }
      }
    } catch {
      return nil
    }
    return found
  }
}

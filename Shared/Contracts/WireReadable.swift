/// A payload that reads itself from the wire without a general decoder: those that every message passes.
public protocol WireReadable: Contract {
  /// Reads the envelope's data. Unknown members are skipped, missing ones refused.
  static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> Self
}

extension Envelope where Payload: WireReadable {
  /// Reads the payload of an envelope of exactly this type and version.
  /// - Throws: `Problem` with code `malformed`; its detail says what is wrong, for a dead letter's reason.
  public static func payload(_ bytes: [UInt8]) throws(Problem) -> Payload {
    let frame = try EnvelopeFrame.read(bytes)
    guard frame.type == Payload.type else {
      throw Problem(.malformed, "The message is of type \(frame.type.prefix(100)), expected \(Payload.type).")
    }
    do throws(JSONReader.Fault) {
      return try JSONReader.read(bytes, in: frame.data) { reader throws(JSONReader.Fault) in
        try Payload.read(&reader)
      }
    } catch {
      throw Problem(.malformed, "The message is no \(Payload.type): /data\(error.path): \(error.detail)")
    }
  }
}

/// A member that a reader must have met.
func required<Value>(_ value: Value?, _ name: String) throws(JSONReader.Fault) -> Value {
  guard let value else { throw JSONReader.Fault(detail: "lacks \(name)") }
  return value
}

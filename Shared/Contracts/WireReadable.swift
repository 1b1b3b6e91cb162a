/// A payload that reads itself from the wire without a general decoder: those that every message passes.
public protocol WireReadable: Sendable {
  /// CloudEvents `type` with its version, as it is written now.
  static var type: String { get }
  /// Types of earlier releases that `read` takes as well: they may still stand in a queue or a table.
  static var formerTypes: [String] { get }

  /// Reads the envelope's data. Unknown members are skipped, missing ones refused.
  static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> Self
}

extension WireReadable {
  public static var formerTypes: [String] { [] }

  /// Reads the payload of an envelope of one of these types.
  /// - Throws: `Problem` with code `malformed`; its detail says what is wrong, for a dead letter's reason.
  public static func payload(of envelope: [UInt8]) throws(Problem) -> Self {
    let frame = try EnvelopeFrame.read(envelope)
    guard frame.type == type || formerTypes.contains(frame.type) else {
      throw Problem(.malformed, "The message is of type \(frame.type.prefix(100)), expected \(type).")
    }
    do throws(JSONReader.Fault) {
      return try JSONReader.read(envelope, in: frame.data) { reader throws(JSONReader.Fault) in try read(&reader) }
    } catch {
      throw Problem(.malformed, "The message is no \(frame.type): /data\(error.path): \(error.detail)")
    }
  }
}

/// A member that a reader must have met.
func required<Value>(_ value: Value?, _ name: String) throws(JSONReader.Fault) -> Value {
  guard let value else { throw JSONReader.Fault(detail: "lacks \(name)") }
  return value
}

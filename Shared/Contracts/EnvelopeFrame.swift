/// An envelope's attributes, and where its data stands: read in one pass, the data itself only passed over, so that
/// whoever needs it can read it from the same bytes.
public struct EnvelopeFrame: Sendable, Equatable {
  public var id = ""
  public var source = ""
  public var type = ""
  public var time = ""
  public var traceparent: String?
  public var principal: String?
  public var scopes: String?
  public var idempotencyKey: String?
  public var deadline: String?
  public var origin: String?
  public var data: Range<Int> = 0..<0

  public init() {}

  /// The attributes of a message about to be written.
  public init(id: String, source: String, type: String, time: String) {
    self.id = id
    self.source = source
    self.type = type
    self.time = time
  }

  /// The whole envelope: these attributes round data that is JSON already.
  public func bytes(data: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(data.count + 512)
    bytes.append(json: #"{"specversion":"1.0","id":"#)
    bytes.append(string: id)
    bytes.append(member: "source", source)
    bytes.append(member: "type", type)
    bytes.append(member: "time", time)
    bytes.append(json: #","datacontenttype":"application/json""#)
    if let traceparent { bytes.append(member: "traceparent", traceparent) }
    if let principal { bytes.append(member: "principal", principal) }
    if let scopes { bytes.append(member: "scopes", scopes) }
    if let idempotencyKey { bytes.append(member: "idempotencykey", idempotencyKey) }
    if let deadline { bytes.append(member: "deadline", deadline) }
    if let origin { bytes.append(member: "origin", origin) }
    bytes.append(json: #","data":"#)
    bytes += data
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  /// - Throws: `Problem` with code `malformed` where the bytes are no CloudEvents 1.0 envelope with data.
  public static func read(_ bytes: [UInt8]) throws(Problem) -> EnvelopeFrame {
    var frame = EnvelopeFrame()
    var version: String?
    do throws(JSONReader.Fault) {
      try JSONReader.read(bytes) { reader throws(JSONReader.Fault) in
        try reader.object { key, reader throws(JSONReader.Fault) in
          switch key {
          case "specversion": version = try reader.string()
          case "id": frame.id = try reader.string()
          case "source": frame.source = try reader.string()
          case "type": frame.type = try reader.string()
          case "time": frame.time = try reader.string()
          case "traceparent": frame.traceparent = try reader.optionalString()
          case "principal": frame.principal = try reader.optionalString()
          case "scopes": frame.scopes = try reader.optionalString()
          case "idempotencykey": frame.idempotencyKey = try reader.optionalString()
          case "deadline": frame.deadline = try reader.optionalString()
          case "origin": frame.origin = try reader.optionalString()
          case "data": frame.data = try reader.range()
          default: try reader.skip()
          }
        }
      }
    } catch {
      throw Problem(
        .malformed,
        "The message is no CloudEvents envelope: \(error.path.isEmpty ? "" : error.path + ": ")\(error.detail)")
    }
    guard version == "1.0" else { throw Problem(.malformed, "specversion must be \"1.0\" (CloudEvents)") }
    for (name, value) in [("id", frame.id), ("source", frame.source), ("type", frame.type)] where value.isEmpty {
      throw Problem(.malformed, "The message is no CloudEvents envelope: it lacks \(name)")
    }
    guard !frame.data.isEmpty else {
      throw Problem(.malformed, "The message is no CloudEvents envelope: it lacks data")
    }
    return frame
  }
}

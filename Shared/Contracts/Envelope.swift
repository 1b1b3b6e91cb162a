import FoundationEssentials

/// What every message on the wire is wrapped in: CloudEvents 1.0, JSON format.
///
/// Extension attributes (lower-case, as the standard asks): `traceparent` (W3C Trace Context), `principal` and `scopes`
/// (who asks, and what they may), `origin` (the address they ask from), `idempotencykey`, `deadline` (RFC 3339; nobody
/// waits for an answer after it).
public struct Envelope<Payload: Codable & Sendable>: Codable, Sendable {
  public var specversion = "1.0"
  public var id: String
  public var source: String
  public var type: String
  /// RFC 3339, UTC.
  public var time: String
  public var datacontenttype = "application/json"
  public var traceparent: String?
  public var principal: String?
  /// Separated by spaces, as in OAuth 2.
  public var scopes: String?
  public var idempotencykey: String?
  public var deadline: String?
  public var data: Payload

  public init(
    id: String, source: String, type: String, time: Date, traceparent: String? = nil, principal: String? = nil,
    scopes: String? = nil, idempotencyKey: String? = nil, deadline: Date? = nil, data: Payload
  ) {
    self.id = id
    self.source = source
    self.type = type
    self.time = Timestamp.format(time)
    self.traceparent = traceparent
    self.principal = principal
    self.scopes = scopes
    self.idempotencykey = idempotencyKey
    self.deadline = deadline.map { Timestamp.format($0) }
    self.data = data
  }

  /// The envelope as JSON.
  public func encoded() throws -> [UInt8] { [UInt8](try JSONEncoder().encode(self)) }
}

/// A payload that travels under one versioned type name.
public protocol Contract: Codable, Sendable {
  /// CloudEvents `type` with its version: "mailout.batch.settled.v1".
  static var type: String { get }
}

extension Envelope where Payload: Contract {
  /// Wraps a payload under its own type.
  public init(id: String, source: String, time: Date, traceparent: String? = nil, data: Payload) {
    self.init(id: id, source: source, type: Payload.type, time: time, traceparent: traceparent, data: data)
  }

  /// Reads an envelope of exactly this type and version.
  /// - Throws: `Problem` with code `malformed`; its detail says what is wrong, for a dead letter's reason.
  public static func decode(_ bytes: [UInt8]) throws(Problem) -> Envelope {
    do {
      let envelope = try JSONDecoder().decode(Envelope.self, from: Data(bytes))
      guard envelope.type == Payload.type else {
        throw Problem(.malformed, "The message is of type \(envelope.type.prefix(100)), expected \(Payload.type).")
      }
      return envelope
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(.malformed, "The message is no \(Payload.type): \(Wire.reason(error))")
    }
  }
}

/// Shared by everything that reads the wire.
public enum Wire {
  /// A decoding error in one line: the path and what was wrong there.
  public static func reason(_ error: any Error) -> String {
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "/")
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "/\(place(context)) lacks \(key.stringValue)"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return "/\(place(context)): \(context.debugDescription)"
    case DecodingError.dataCorrupted(let context):
      return "/\(place(context)): \(context.underlyingError.map { "\($0)" } ?? context.debugDescription)"
    default:
      return "\(error)"
    }
  }
}

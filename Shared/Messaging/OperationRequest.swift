import Contracts
import FoundationEssentials

/// One command or query as the owning service sees it; scope and deadline have been checked.
public struct OperationRequest: Sendable {
  public let operation: Operation
  public let principal: String
  public let scopes: Set<String>
  /// The address the request came from; nil where it came over the queues.
  public let origin: String?
  public let idempotencyKey: String?
  /// The trace-id of the W3C traceparent.
  public let traceID: String
  private let envelope: [UInt8]
  /// Where the data stands in the envelope.
  private let range: Range<Int>

  init(operation: Operation, head: EnvelopeFrame, envelope: [UInt8]) {
    self.operation = operation
    principal = head.principal ?? ""
    scopes = Set((head.scopes ?? "").split(separator: " ").map(String.init))
    origin = head.origin
    idempotencyKey = head.idempotencyKey
    traceID = TraceParent.traceID(of: head.traceparent) ?? head.id
    self.envelope = envelope
    range = head.data
  }

  /// A request that did not come over the wire: another part of the same service, or a test.
  public init(
    operation: Operation, principal: String, scopes: Set<String>, idempotencyKey: String? = nil,
    traceID: String = "", origin: String? = nil, data: JSON
  ) {
    self.operation = operation
    self.principal = principal
    self.scopes = scopes
    self.origin = origin
    self.idempotencyKey = idempotencyKey
    self.traceID = traceID
    envelope = data.bytes
    range = 0..<envelope.count
  }

  /// `data` as JSON, for a `FieldReader`.
  public func json() throws(Problem) -> JSON {
    do throws(JSONReader.Fault) {
      return try JSONReader.read(envelope, in: range) { reader throws(JSONReader.Fault) in try reader.json() }
    } catch {
      throw Problem(.malformed, "The data of \(operation.type) cannot be read: \(error.path): \(error.detail)")
    }
  }

  /// The id that `data` names.
  public func id() throws(Problem) -> Int64 { try json().targetID() }

  /// The id that `data` names, as text, if it names one.
  var namedID: String? { NamedID.find(in: envelope, range: range) }

  /// `data` as a type of `Contracts`.
  public func payload<T: Decodable & Sendable>(_ type: T.Type) throws(Problem) -> T {
    do {
      return try JSONDecoder().decode(T.self, from: Data(envelope[range]))
    } catch {
      throw Problem(.malformed, "The data of \(operation.type) cannot be read: \(Wire.reason(error))")
    }
  }
}

extension OperationRequest {
  /// What an idempotency key stands for: the same operation with the same data. FNV-1a, 64 bits, of the canonical JSON;
  /// it tells honest repetitions from mistakes and guards nothing.
  /// - Parameter secrets: members that are left out at any depth: such a hash of a password could be searched for.
  public func dataHash(without secrets: Set<String> = []) throws(Problem) -> Int64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in Array(operation.type.utf8) + (try json()).without(secrets).bytes {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return Int64(bitPattern: hash)
  }
}

extension JSON {
  /// The value without the members of these names, at any depth.
  func without(_ names: Set<String>) -> JSON {
    if names.isEmpty { return self }
    return switch self {
    case .object(let members):
      .object(members.filter { !names.contains($0.key) }.mapValues { $0.without(names) })
    case .array(let elements): .array(elements.map { $0.without(names) })
    default: self
    }
  }
}

import Contracts
import FoundationEssentials

/// One command or query as the owning service sees it; scope and deadline have been checked.
public struct OperationRequest: Sendable {
  public let operation: Operation
  public let principal: String
  /// Separated by spaces.
  private let scopeText: String
  /// The address the request came from; nil where it came over the queues.
  public let origin: String?
  public let idempotencyKey: String?
  /// Whose idempotency keys theirs must not meet: the principal, or more where that is nobody.
  public let keyOwner: String
  /// Whether the broker had given it to somebody before, who may still be working on it.
  public let isRedelivered: Bool
  /// The trace-id of the W3C traceparent.
  public let traceID: String
  private let envelope: [UInt8]
  /// Where the data stands in the envelope.
  private let range: Range<Int>

  init(operation: Operation, head: EnvelopeFrame, envelope: [UInt8], isRedelivered: Bool) {
    self.isRedelivered = isRedelivered
    self.operation = operation
    principal = head.principal ?? ""
    keyOwner = principal
    scopeText = head.scopes ?? ""
    origin = head.origin
    idempotencyKey = head.idempotencyKey
    traceID = TraceParent.traceID(of: head.traceparent) ?? head.id
    self.envelope = envelope
    range = head.data
  }

  /// A request that did not come over the wire: another part of the same service, or a test.
  /// - Parameter keyOwner: nil for the principal.
  public init(
    operation: Operation, principal: String, scopes: Set<String>, idempotencyKey: String? = nil,
    keyOwner: String? = nil, traceID: String = "", origin: String? = nil, isRedelivered: Bool = false, data: JSON
  ) {
    self.isRedelivered = isRedelivered
    self.operation = operation
    self.principal = principal
    scopeText = Caller.text(of: scopes)
    self.origin = origin
    self.idempotencyKey = idempotencyKey
    self.keyOwner = keyOwner ?? principal
    self.traceID = traceID
    envelope = data.bytes
    range = 0..<envelope.count
  }

  /// What the caller may.
  public var scopes: Set<String> { Set(scopeText.split(separator: " ").map(String.init)) }

  /// Whether the caller has this scope.
  public func has(_ scope: String) -> Bool {
    scopeText.utf8.split(separator: UInt8(ascii: " ")).contains { $0.elementsEqual(scope.utf8) }
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
  /// What an idempotency key stands for: the same operation with the same data. Of the canonical JSON; it tells honest
  /// repetitions from mistakes and guards nothing.
  /// - Parameter secrets: members that are left out at any depth: such a hash of a password could be searched for.
  public func dataHash(without secrets: Set<String> = []) throws(Problem) -> Int64 {
    var hash = FNV()
    hash.add(operation.type.utf8)
    hash.add(try json().without(secrets).bytes)
    return hash.value
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

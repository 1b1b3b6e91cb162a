public import Contracts
import FoundationEssentials

/// Something to be written in the audit log.
public struct AuditEntry: Sendable, Equatable {
  public var principal: String
  public var origin: String?
  public var operation: String
  public var subjectKind: String
  public var subjectID: String?
  public var traceID: String
  public var result: AuditRecord.Result

  /// What was done for a request: its subject is the first part of its type, and the id that its data or its reply names.
  public init(_ request: OperationRequest, reply: OperationReply) {
    self.init(request, subjectID: request.namedID ?? NamedID.find(in: reply.body), result: .done)
  }

  /// - Parameter principal: nil for who asked.
  public init(
    _ request: OperationRequest, principal: String? = nil, subjectID: String?, result: AuditRecord.Result
  ) {
    self.principal = principal ?? request.principal
    origin = request.origin
    operation = request.operation.type
    subjectKind = Self.subjectKind(of: request.operation.type)
    self.subjectID = subjectID
    traceID = request.traceID
    self.result = result
  }

  /// The first part of an operation's type: "customer" of "customer.create".
  public static func subjectKind(of type: String) -> String { String(type.prefix { $0 != "." }) }

  /// Something that no request asked for: an administrator's command on the machine itself.
  public init(principal: String, operation: String, subjectKind: String, subjectID: String?) {
    self.principal = principal
    self.operation = operation
    self.subjectKind = subjectKind
    self.subjectID = subjectID
    traceID = ""
    result = .done
  }
}

/// The `id` of an object, found without building the object.
enum NamedID {
  static let maxLength = 200

  static func find(in bytes: [UInt8], range: Range<Int>? = nil) -> String? {
    var found: JSON?
    do throws(JSONReader.Fault) {
      try JSONReader.read(bytes, in: range) { reader throws(JSONReader.Fault) in
        try reader.object { key, reader throws(JSONReader.Fault) in
          switch key {
          case "id": found = try reader.json()
          default: try reader.skip()
          }
        }
      }
    } catch {
      // Not an object: it names nothing.
      return nil
    }
    return switch found {
    case .integer(let id): String(id)
    case .string(let id): String(id.prefix(maxLength))
    default: nil
    }
  }
}

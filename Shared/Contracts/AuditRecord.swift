/// One line of the audit log: who did what to what, when and from where. Nothing of what was said: no bodies, no secrets.
public struct AuditRecord: Codable, Sendable, Equatable {
  /// What came of it.
  public enum Result: String, Codable, Sendable, CaseIterable {
    case done
    /// A log-in that was not let in, or a command whose scope was lacking.
    case refused
  }

  /// Unique within the service it comes from.
  public var id: Int64
  /// Microseconds since 1970.
  public var at: Int64
  /// "operator:anna", "api-key:AbCd1234", "api_client:id_news", "service:sender"; "anonymous" for a refused log-in.
  public var principal: String
  /// The address the request came from; nil where it came over the queues.
  public var origin: String?
  /// "mailout.pause.v1"
  public var operation: String
  /// "mailout"
  public var subjectKind: String
  public var subjectID: String?
  public var traceID: String
  public var result: Result

  enum CodingKeys: String, CodingKey {
    case id, at, principal, origin, operation, result
    case subjectKind = "subject_kind"
    case subjectID = "subject_id"
    case traceID = "trace_id"
  }

  public init(
    id: Int64, at: Int64, principal: String, origin: String?, operation: String, subjectKind: String,
    subjectID: String?, traceID: String, result: Result
  ) {
    self.id = id
    self.at = at
    self.principal = principal
    self.origin = origin
    self.operation = operation
    self.subjectKind = subjectKind
    self.subjectID = subjectID
    self.traceID = traceID
    self.result = result
  }
}

/// Records on their way from the service that made them to statistics, which keep them.
public struct AuditBatch: Contract, Equatable {
  public static let type = "audit.recorded.v1"

  public var service: ServiceName
  public var records: [AuditRecord]

  public init(service: ServiceName, records: [AuditRecord]) {
    self.service = service
    self.records = records
  }
}

import Contracts

/// One line of the audit log as it is shown.
struct AuditLogLine: Sendable, Equatable {
  var id: Int64
  /// Microseconds since 1970.
  var at: Int64
  var service: String
  var principal: String
  var origin: String?
  var operation: String
  var subjectKind: String
  var subjectID: String?
  var traceID: String
  var result: String

  var json: JSON {
    [
      "id": .integer(id), "at": .string(Timestamp.format(Timestamp.date(microseconds: at))),
      "service": .string(service), "principal": .string(principal), "origin": origin.map(JSON.string) ?? .null,
      "operation": .string(operation),
      "subject": ["kind": .string(subjectKind), "id": subjectID.map(JSON.string) ?? .null],
      "trace_id": .string(traceID), "result": .string(result),
    ]
  }
}

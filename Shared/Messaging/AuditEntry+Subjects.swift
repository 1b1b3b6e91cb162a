extension AuditEntry {
  /// What was done for a request, a line for each thing it was done to; one at least.
  static func all(_ request: OperationRequest, _ reply: OperationReply) -> [AuditEntry] {
    let entry = AuditEntry(request, reply: reply)
    guard !reply.subjects.isEmpty else { return [entry] }
    return reply.subjects.map { subject in
      var line = entry
      line.subjectID = subject
      return line
    }
  }
}

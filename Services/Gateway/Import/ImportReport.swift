/// What an import has done: the answer, and the sum of its chunks' answers.
struct ImportReport: Codable, Sendable, Equatable {
  /// Later faults are counted, not listed.
  static let maxErrors = 1000

  var created = 0
  var updated = 0
  var rejected = 0
  /// The first ones, in the order of their lines.
  var errors: [ImportFault] = []

  /// Adds what came after it in the file.
  mutating func add(_ next: ImportReport) {
    created += next.created
    updated += next.updated
    rejected += next.rejected
    errors += next.errors.prefix(max(0, Self.maxErrors - errors.count))
  }
}

/// What goes to the server between two Syncs: outside a transaction all of it takes effect or nothing.
/// Belongs to one connection and is touched on its loop only.
final class PipelineRequest {
  typealias Completion = (Result<[PostgresRows], PostgresError>) -> Void

  let statements: [SQL]
  /// What the driver itself has to say after them: `commit`, `rollback`, `deallocate`.
  let control: String?
  /// The driver's own housekeeping: nobody waits for it.
  let isCleanup: Bool
  /// Preceded by BEGIN; its answer is not among the rows.
  var begins = false
  var wasRetried = false
  private(set) var error: PostgresError?
  private var rows: [PostgresRows] = []
  private let completion: Completion

  init(_ statements: [SQL], control: String? = nil, isCleanup: Bool = false, completion: @escaping Completion) {
    self.statements = statements
    self.control = control
    self.isCleanup = isCleanup
    self.completion = completion
  }

  func answered(_ answer: PostgresRows) { rows.append(answer) }

  /// Only the first error counts: what follows is its consequence.
  func failed(_ failure: PostgresError) { if error == nil { error = failure } }

  func prepareRetry() {
    wasRetried = true
    error = nil
    rows = []
  }

  /// The Sync came back: what was done is committed.
  func complete() {
    if let error { return completion(.failure(error)) }
    completion(.success(begins ? Array(rows.dropFirst()) : rows))
  }

  /// The connection is gone. An error the server had named before counts more.
  func abandon(_ reason: PostgresError) {
    completion(.failure(error ?? reason))
  }
}

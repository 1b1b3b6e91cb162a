/// A script or a COPY: work outside pipeline mode, alone on its connection.
/// Belongs to one connection and is touched on its loop only.
final class ExclusiveRequest {
  typealias Completion = (Result<Int, PostgresError>) -> Void

  let text: String
  /// The data of a COPY; nil for a script.
  let data: [UInt8]?
  /// How much of the data libpq has taken.
  var sent = 0
  var isFeeding = false
  private var affected = 0
  private(set) var error: PostgresError?
  private let completion: Completion

  init(_ text: String, data: [UInt8]?, completion: @escaping Completion) {
    self.text = text
    self.data = data
    self.completion = completion
  }

  func answered(_ count: Int) { affected = count }

  func failed(_ failure: PostgresError) { if error == nil { error = failure } }

  func complete() {
    if let error { completion(.failure(error)) } else { completion(.success(affected)) }
  }

  func abandon(_ reason: PostgresError) {
    completion(.failure(error ?? reason))
  }
}

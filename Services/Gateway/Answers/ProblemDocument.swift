import Contracts

/// The body of `application/problem+json` (RFC 9457).
struct ProblemDocument: Encodable, Sendable, Equatable {
  var type: String
  var title: String
  var status: Int
  var detail: String
  /// The fields at fault, by JSON pointer; a query parameter is named like a field.
  var errors: [Problem.Field]?
  /// What an import that broke off had done until then.
  var done: ImportReport?
  /// The same as OAuth 2 calls it (RFC 6749, section 5.2); of the token endpoint only.
  var error: String?
  var errorDescription: String?

  enum CodingKeys: String, CodingKey {
    case type, title, status, detail, errors, done, error
    case errorDescription = "error_description"
  }
}

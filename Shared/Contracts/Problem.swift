/// Why a command or a query was not done. Travels as the body of a reply; the gateway turns it into problem+json.
public struct Problem: Error, Codable, Sendable, Equatable {
  /// The kinds of failure, closed so that every face can translate each.
  public enum Code: String, Codable, Sendable, CaseIterable {
    /// The text could not be read at all.
    case malformed
    /// It could be read; fields are wrong, each named in `errors`.
    case invalid
    /// The credential is missing or wrong.
    case unauthenticated
    /// The principal lacks the scope.
    case forbidden
    /// The thing named does not exist.
    case notFound = "not_found"
    /// Not possible in the present state, or already taken.
    case conflict
    /// The caller's version is not the present one.
    case stale
    /// More than this caller may ask for now.
    case throttled
    /// A service or server is down or too slow; try again.
    case unavailable
    /// A fault of ours, logged with the trace id.
    case `internal`
  }

  /// One fault of one field: `pointer` is an RFC 6901 JSON pointer into the body.
  public struct Field: Codable, Sendable, Equatable {
    public var pointer: String
    public var detail: String
    /// The fault's stable name, "string_too_long", and the value at fault: told where a group of routes tells them.
    public var kind: String?
    public var input: JSON?

    public init(_ pointer: String, _ detail: String, kind: String? = nil, input: JSON? = nil) {
      self.pointer = pointer
      self.detail = detail
      self.kind = kind
      self.input = input
    }
  }

  public var code: Code
  public var detail: String
  public var errors: [Field]

  public init(_ code: Code, _ detail: String, errors: [Field] = []) {
    self.code = code
    self.detail = detail
    self.errors = errors
  }

  /// One or more wrong fields.
  public static func invalid(_ errors: [Field]) -> Problem {
    Problem(.invalid, errors.count == 1 ? "One field is wrong." : "\(errors.count) fields are wrong.", errors: errors)
  }

  public static func notFound(_ what: String, _ id: Int64) -> Problem {
    Problem(.notFound, "There is no \(what) with id \(id).")
  }
}

/// Why a call was not even taken in.
enum Refusal: String, Sendable {
  /// No bearer, or a wrong one: 401.
  case unauthorized
  /// A body or an id that is none: 400.
  case malformed
}

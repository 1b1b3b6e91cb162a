/// Why a text is no RFC 3339 timestamp.
public struct TimestampError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: Sendable {
    /// Not of the form `YYYY-MM-DDThh:mm:ss[.fraction]zone`.
    case syntax
    /// A local time: neither `Z` nor an offset such as `+02:00` at its end.
    case zoneMissing
    /// A field outside its range, such as a 30th of February, or a year outside 0001 to 9999.
    case range
    /// Second 60: leap seconds are not kept by any clock here.
    case leapSecond
  }

  public let code: Code
  /// What is wrong, in words that can be shown to a caller after the field's name: "needs a zone: …".
  public let message: String

  public var description: String { message }
}

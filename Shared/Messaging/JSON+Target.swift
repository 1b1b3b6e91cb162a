public import Contracts

/// What the data of an operation on one thing says of it: `{"id": …, "if_match"?: …}`.
extension JSON {
  /// - Throws: `Problem` with code `malformed` where there is none.
  public func targetID() throws(Problem) -> Int64 {
    guard case .integer(let id)? = self["id"] else {
      throw Problem(.malformed, "The data lacks a whole number id.")
    }
    return id
  }

  /// Whether the caller's version, where they name one, is the present one.
  /// - Parameter what: what the thing is called: "mailout".
  /// - Throws: `Problem` with code `stale` where it is not.
  public func checkVersion(_ etag: String, of what: String) throws(Problem) {
    guard case .string(let version)? = self["if_match"], version != "*" else { return }
    guard version == etag else {
      throw Problem(.stale, "The \(what) has changed: its ETag is \(etag), not \(version).")
    }
  }
}

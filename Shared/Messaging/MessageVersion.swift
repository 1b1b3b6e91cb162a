public import Contracts

/// A message's ETag: the revision of its order, "-", and a sum over what is shown of it. Whoever holds the present one
/// has seen all there is; of what is to be changed the revision alone counts, as calls come and go meanwhile.
public enum MessageVersion {
  /// - Parameters:
  ///   - revision: 0 where it is a mailout's, whose order nobody changes.
  ///   - shown: the whole answer.
  public static func tag(revision: Int64, shown: [UInt8]) -> String {
    var sum = FNV()
    sum.add(shown)
    return "\(revision)-\(String(UInt64(bitPattern: sum.value), radix: 16))"
  }

  /// Holds the version that the data of a change names against the present one.
  /// - Throws: `Problem` `stale` where it is another.
  public static func check(_ data: JSON, revision: Int64) throws(Problem) {
    guard case .string(let tag)? = data["if_match"], tag != "*" else { return }
    let named = tag.prefix { $0 != "-" }
    guard named == String(revision) else {
      throw Problem(.stale, "The message has changed: its revision is \(revision), not \(named).")
    }
  }
}

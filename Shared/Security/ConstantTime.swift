internal import CSodium

/// Comparisons whose duration does not tell where two secrets differ.
public enum ConstantTime {
  /// Whether both are the same bytes. Their lengths are no secret.
  public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && sodium_memcmp(left, right, left.count) == 0
  }

  /// Whether both are the same UTF-8.
  public static func equal(_ left: String, _ right: String) -> Bool {
    equal(Array(left.utf8), Array(right.utf8))
  }
}

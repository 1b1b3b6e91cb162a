import FoundationEssentials

/// W3C Trace Context `traceparent`: "00-<32 hex>-<16 hex>-<2 hex>".
public enum TraceParent {
  /// The trace-id of a well-formed traceparent that is not all zeros.
  public static func traceID(of traceparent: String?) -> String? {
    guard let parts = traceparent?.split(separator: "-", omittingEmptySubsequences: false), parts.count >= 4,
      parts[0].count == 2, parts[1].count == 32, parts[2].count == 16, parts[3].count == 2,
      parts[0] != "ff", parts.allSatisfy({ $0.utf8.allSatisfy(isLowerHex) }),
      parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
    else { return nil }
    return String(parts[1])
  }

  /// A new, sampled trace.
  public static func new() -> String {
    "00-\(hex(UInt64.random(in: 1...UInt64.max)))\(hex(UInt64.random(in: 1...UInt64.max)))"
      + "-\(hex(UInt64.random(in: 1...UInt64.max)))-01"
  }

  /// Sixteen hexadecimal digits.
  static func hex(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  private static func isLowerHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}

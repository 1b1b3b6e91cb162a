/// Chance that can be repeated: a number drawn for a call depends on nothing but the call and the seed.
enum Dice {
  /// From 0 up to, not including, 1.
  static func unit(seed: UInt64, id: Int64, attempt: Int, purpose: UInt64) -> Double {
    var state = mix(seed &+ 0x9E37_79B9_7F4A_7C15)
    state = mix(state ^ UInt64(bitPattern: id))
    state = mix(state ^ (UInt64(truncatingIfNeeded: attempt) << 8 | purpose))
    return Double(state >> 11) * 0x1p-53
  }

  /// SplitMix64's finaliser.
  private static func mix(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

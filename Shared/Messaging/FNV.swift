/// FNV-1a, 64 bits: a hash that is the same in every process and every build. It guards nothing.
struct FNV {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  var value: Int64 { Int64(bitPattern: hash) }

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// Of several texts, each ended by a zero.
  static func hash(_ texts: [String.UTF8View]) -> Int64 {
    var hash = FNV()
    for text in texts {
      hash.add(text)
      hash.add(CollectionOfOne(0))
    }
    return hash.value
  }
}

/// What all texts of a batch begin and end with: said once on the wire, since a mailout's texts differ in a name or two.
public struct SharedText: Sendable, Equatable {
  /// UTF-8 bytes that each of the texts begins with.
  public let prefix: Int
  /// And ends with, beyond those.
  public let suffix: Int

  /// Both end where a character of Unicode does. A single text shares nothing with anybody.
  public init(of texts: some Collection<String>) {
    guard texts.count > 1, var first = texts.first else {
      (prefix, suffix) = (0, 0)
      return
    }
    (prefix, suffix) = first.withUTF8 { first in
      let first = UnsafeRawBufferPointer(first)
      var (head, tail, shortest) = (first.count, first.count, first.count)
      for var text in texts.dropFirst() {
        text.withUTF8 { text in
          let text = UnsafeRawBufferPointer(text)
          shortest = min(shortest, text.count)
          head = Self.sameAtStart(first, text, atMost: min(head, text.count))
          tail = Self.sameAtEnd(first, text, atMost: min(tail, text.count))
        }
      }
      while head > 0, head < first.count, Self.continues(first[head]) { head -= 1 }
      tail = min(tail, shortest - head)
      while tail > 0, Self.continues(first[first.count - tail]) { tail -= 1 }
      return (head, tail)
    }
  }

  private static func sameAtStart(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, atMost: Int) -> Int {
    var count = 0
    while count + 8 <= atMost, word(one, count) == word(other, count) { count += 8 }
    while count < atMost, one[count] == other[count] { count += 1 }
    return count
  }

  private static func sameAtEnd(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, atMost: Int) -> Int {
    var count = 0
    while count + 8 <= atMost, word(one, one.count - count - 8) == word(other, other.count - count - 8) { count += 8 }
    while count < atMost, one[one.count - count - 1] == other[other.count - count - 1] { count += 1 }
    return count
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  private static func continues(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}

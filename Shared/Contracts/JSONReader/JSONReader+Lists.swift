extension JSONReader {
  /// Whether the next value is an array, if it is any.
  public var isAtArray: Bool {
    mutating get {
      skipSpace()
      return position < bytes.count && bytes[position] == UInt8(ascii: "[")
    }
  }

  /// An array of whole numbers.
  public mutating func integers() throws(Fault) -> [Int64] {
    var numbers: [Int64] = []
    try array { _, reader throws(Fault) in numbers.append(try reader.integer()) }
    return numbers
  }

  /// An array of texts.
  public mutating func strings() throws(Fault) -> [String] {
    var texts: [String] = []
    try array { _, reader throws(Fault) in texts.append(try reader.string()) }
    return texts
  }
}

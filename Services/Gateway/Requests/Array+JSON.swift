/// Writing JSON piece by piece, for data that wraps bytes which are JSON already.
extension [UInt8] {
  /// A string in quotes, escaped.
  mutating func append(jsonString text: some StringProtocol) {
    append(jsonText: Array(text.utf8)[...])
  }

  /// The same from bytes that are UTF-8.
  mutating func append(jsonText text: ArraySlice<UInt8>) {
    append(UInt8(ascii: "\""))
    var start = text.startIndex
    for index in text.indices {
      let byte = text[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
      append(contentsOf: text[start..<index])
      append(escape: byte)
      start = index + 1
    }
    append(contentsOf: text[start...])
    append(UInt8(ascii: "\""))
  }

  private mutating func append(escape byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\n"): append(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): append(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): append(UInt8(ascii: "t"))
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
    default:
      append(contentsOf: "u00".utf8)
      let digits = Array("0123456789abcdef".utf8)
      append(digits[Int(byte >> 4)])
      append(digits[Int(byte & 15)])
    }
  }

  /// `["a","b"]`.
  mutating func append(jsonStrings texts: [String]) {
    append(UInt8(ascii: "["))
    for (index, text) in texts.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      append(jsonString: text)
    }
    append(UInt8(ascii: "]"))
  }
}

/// Reads the usual line of an NDJSON import straight from its bytes: an object of strings (or null), with `tags` an
/// array of strings, `attributes` an object of strings and `opted_out` true or false.
///
/// Ten times as quick as a decoder, which is what an import's speed hangs on. Whatever is not such a line is left to
/// the decoder: nothing is judged here.
struct ImportLineScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  /// The line's fields; nil where it is any other line.
  static func fields(_ line: ArraySlice<UInt8>) -> ImportLine.Fields? {
    line.withUnsafeBufferPointer { bytes in
      var scanner = ImportLineScanner(bytes: bytes)
      return scanner.line()
    }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  private mutating func line() -> ImportLine.Fields? {
    var fields = ImportLine.Fields()
    let isRead = object { scanner, name in
      switch name {
      case "tags":
        if scanner.take(word: "null") { return true }
        guard let tags = scanner.strings() else { return false }
        fields.tags = tags
      case "attributes":
        if scanner.take(word: "null") { return true }
        var attributes: [String: String] = [:]
        let isRead = scanner.object { scanner, name in
          guard let text = scanner.string() else { return false }
          attributes[name] = text
          return true
        }
        guard isRead else { return false }
        fields.attributes = attributes
      case "opted_out":
        if scanner.take(word: "null") { return true }
        if scanner.take(word: "true") {
          fields.optedOut = true
        } else {
          guard scanner.take(word: "false") else { return false }
          fields.optedOut = false
        }
      default:
        guard let column = ImportColumn.text(name) else { return false }
        if scanner.take(word: "null") { return true }
        guard let text = scanner.string() else { return false }
        fields.texts.append((column, text))
      }
      return true
    }
    skipSpaces()
    return isRead && position == bytes.count ? fields : nil
  }

  /// Reads an object; `member` reads each value and says whether it could.
  private mutating func object(_ member: (inout ImportLineScanner, String) -> Bool) -> Bool {
    guard take("{") else { return false }
    if take("}") { return true }
    repeat {
      guard let name = string(), take(":"), member(&self, name) else { return false }
    } while take(",")
    return take("}")
  }

  private mutating func strings() -> [String]? {
    guard take("[") else { return nil }
    if take("]") { return [] }
    var result: [String] = []
    repeat {
      guard let text = string() else { return nil }
      result.append(text)
    } while take(",")
    return take("]") ? result : nil
  }

  /// Takes the word if it is the next one past spaces.
  private mutating func take(word: StaticString) -> Bool {
    skipSpaces()
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count, word.withUTF8Buffer({ bytes[position..<end].elementsEqual($0) }) else { return false }
    position = end
    return true
  }

  private mutating func string() -> String? {
    guard take("\"") else { return nil }
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        defer { position += 1 }
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
      case UInt8(ascii: "\\"):
        return escapedString(from: start)
      case 0..<0x20:
        return nil
      default:
        position += 1
      }
    }
    return nil
  }

  /// The rest of a string with an escape in it.
  private mutating func escapedString(from start: Int) -> String? {
    var text = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): guard appendEscape(to: &text) else { return nil }
      case 0..<0x20: return nil
      default: text.append(byte)
      }
    }
    return nil
  }

  private mutating func appendEscape(to text: inout [UInt8]) -> Bool {
    guard position < bytes.count else { return false }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "u"):
      guard let scalar = escapedScalar() else { return false }
      text.append(contentsOf: String(Character(scalar)).utf8)
    default: return false
    }
    return true
  }

  /// After `\u`: four hex digits, or a pair of surrogates.
  private mutating func escapedScalar() -> Unicode.Scalar? {
    guard let first = hexDigits() else { return nil }
    guard (0xD800...0xDBFF).contains(first) else { return Unicode.Scalar(first) }
    guard position + 2 <= bytes.count, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
    else { return nil }
    position += 2
    guard let second = hexDigits(), (0xDC00...0xDFFF).contains(second) else { return nil }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private mutating func hexDigits() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for byte in bytes[position..<(position + 4)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }

  /// Takes the character if it is the next one past spaces.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpaces() {
    while position < bytes.count {
      guard bytes[position] == 0x20 || bytes[position] == 0x09 || bytes[position] == 0x0D else { return }
      position += 1
    }
  }
}

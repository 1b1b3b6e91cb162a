/// Reads the usual form of a call's body fast: the three fields once each, a text without escapes.
struct SendCallScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Nil for anything unusual, be it right or wrong.
  static func scan(_ body: [UInt8]) -> SendCall? {
    body.withUnsafeBufferPointer { bytes in
      var scanner = SendCallScanner(bytes)
      return scanner.object()
    }
  }

  private mutating func object() -> SendCall? {
    var id: Int64?
    var phone: Int64?
    var text: [UInt8]?
    guard take(UInt8(ascii: "{")) else { return nil }
    for field in 0..<3 {
      guard field == 0 || take(UInt8(ascii: ",")), let name = string(), take(UInt8(ascii: ":")) else { return nil }
      switch name.count {
      case 2 where id == nil && name == Self.id: id = integer()
      case 5 where phone == nil && name == Self.phone: phone = integer()
      case 4 where text == nil && name == Self.text: text = string()
      default: return nil
      }
    }
    guard take(UInt8(ascii: "}")), let id, let phone, let text else { return nil }
    skipBlanks()
    return place == bytes.count ? SendCall(id: id, phone: phone, text: text) : nil
  }

  private mutating func string() -> [UInt8]? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = place
    var ascii = true
    while place < bytes.count {
      let byte = self.byte(place)
      if byte == UInt8(ascii: "\"") {
        let text = Array(bytes[start..<place])
        place += 1
        return ascii || String(validating: text, as: UTF8.self) != nil ? text : nil
      }
      guard byte >= 0x20, byte != UInt8(ascii: "\\") else { return nil }
      if byte >= 0x80 { ascii = false }
      place += 1
    }
    return nil
  }

  private mutating func integer() -> Int64? {
    skipBlanks()
    let negative = place < bytes.count && byte(place) == UInt8(ascii: "-")
    if negative { place += 1 }
    let start = place
    var value: Int64 = 0
    while place < bytes.count, byte(place) >= UInt8(ascii: "0"), byte(place) <= UInt8(ascii: "9") {
      let digit = Int64(byte(place) - UInt8(ascii: "0"))
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, again) = shifted.subtractingReportingOverflow(digit)
      if overflow || again { return nil }
      value = sum
      place += 1
    }
    let digits = place - start
    guard digits > 0, digits == 1 || byte(start) != UInt8(ascii: "0") else { return nil }
    // Counted below zero, where there is one number more.
    return negative ? value : (value == .min ? nil : -value)
  }

  private mutating func take(_ wanted: UInt8) -> Bool {
    skipBlanks()
    guard place < bytes.count, byte(place) == wanted else { return false }
    place += 1
    return true
  }

  private mutating func skipBlanks() {
    while place < bytes.count {
      switch byte(place) {
      case 0x20, 0x09, 0x0A, 0x0D: place += 1
      default: return
      }
    }
  }

  private func byte(_ index: Int) -> UInt8 { bytes[index] }

  private static let id = Array("id".utf8)
  private static let phone = Array("phone".utf8)
  private static let text = Array("text".utf8)
}

import FoundationEssentials

/// Reads the fields of a JSON object and keeps every fault it meets, so that a caller hears of all of them at once.
///
/// Each method answers nil where the field is absent or wrong; `finish()` throws what was wrong, unknown fields included.
public struct FieldReader {
  private let members: [String: JSON]
  private let pointer: String
  private var known: Set<String> = []
  public private(set) var errors: [Problem.Field] = []

  /// - Parameter pointer: the JSON pointer of `value` in the body, "" for the body itself.
  public init(_ value: JSON, at pointer: String = "") {
    self.pointer = pointer
    if case .object(let members) = value {
      self.members = members
    } else {
      members = [:]
      errors.append(Problem.Field(pointer, "must be an object, not \(value.kind)"))
    }
  }

  /// Whether the field is there, null included.
  public func has(_ name: String) -> Bool { members[name] != nil }

  /// Whether the field is there and null.
  public func isNull(_ name: String) -> Bool { members[name] == .null }

  /// The field as it stands, marked as known.
  public mutating func value(_ name: String, required: Bool = false) -> JSON? {
    known.insert(name)
    if let value = members[name] {
      if value != .null { return value }
      if required { fail(name, "must not be null") }
      return nil
    }
    if required { fail(name, "is required") }
    return nil
  }

  /// A string of at most `max` characters, without control characters other than tab and line ends.
  public mutating func string(
    _ name: String, required: Bool = false, max: Int, allowEmpty: Bool = false
  ) -> String? {
    guard let value = value(name, required: required) else { return nil }
    guard case .string(let text) = value else {
      fail(name, "must be a string, not \(value.kind)")
      return nil
    }
    if let fault = Self.fault(in: text, max: max, allowEmpty: allowEmpty) {
      fail(name, fault)
      return nil
    }
    return text
  }

  public mutating func integer(
    _ name: String, required: Bool = false, in range: ClosedRange<Int64> = 0...Int64.max
  ) -> Int64? {
    guard let value = value(name, required: required) else { return nil }
    guard case .integer(let number) = value else {
      fail(name, "must be a whole number, not \(value.kind)")
      return nil
    }
    guard range.contains(number) else {
      fail(name, "must be between \(range.lowerBound) and \(range.upperBound)")
      return nil
    }
    return number
  }

  public mutating func bool(_ name: String, required: Bool = false) -> Bool? {
    guard let value = value(name, required: required) else { return nil }
    guard case .bool(let flag) = value else {
      fail(name, "must be true or false, not \(value.kind)")
      return nil
    }
    return flag
  }

  /// An RFC 3339 instant; one without a zone is refused, since nobody could know what it means.
  public mutating func timestamp(_ name: String, required: Bool = false) -> Date? {
    guard let text = string(name, required: required, max: 64) else { return nil }
    do {
      return try Timestamp.parse(text)
    } catch {
      fail(name, "\(error)")
      return nil
    }
  }

  /// An array of strings, each checked like `string`.
  public mutating func strings(_ name: String, maxCount: Int, max: Int) -> [String]? {
    guard let value = value(name) else { return nil }
    guard case .array(let elements) = value else {
      fail(name, "must be an array of strings, not \(value.kind)")
      return nil
    }
    guard elements.count <= maxCount else {
      fail(name, "must have at most \(maxCount) elements")
      return nil
    }
    var result: [String] = []
    for (index, element) in elements.enumerated() {
      guard case .string(let text) = element else {
        fail("\(name)/\(index)", "must be a string, not \(element.kind)")
        continue
      }
      if let fault = Self.fault(in: text, max: max, allowEmpty: false) {
        fail("\(name)/\(index)", fault)
      } else {
        result.append(text)
      }
    }
    return result
  }

  /// A fault that a rule beyond the type found. `name` may be a path of several members ("filter/tags").
  public mutating func fail(_ name: String, _ detail: String) {
    errors.append(Problem.Field("\(pointer)/\(name)", detail))
  }

  /// A nested object, read by `body` with its own pointers; its faults become this reader's.
  public mutating func object<R>(_ name: String, required: Bool = false, _ body: (inout FieldReader) -> R) -> R? {
    guard let value = value(name, required: required) else { return nil }
    var nested = FieldReader(value, at: "\(pointer)/\(name)")
    let result = body(&nested)
    errors += nested.allErrors
    return nested.errors.isEmpty ? result : nil
  }

  /// Throws every fault found so far, and every field nobody asked for.
  public func finish() throws(Problem) {
    let all = allErrors
    guard all.isEmpty else { throw Problem.invalid(all) }
  }

  private var allErrors: [Problem.Field] {
    let unknown = members.keys.filter { !known.contains($0) }.sorted()
    let fields = known.sorted().joined(separator: ", ")
    return errors
      + unknown.map { Problem.Field("\(pointer)/\(Self.escape($0))", "is not a known field; known are: \(fields)") }
  }

  /// RFC 6901: "~" and "/" inside a name.
  private static func escape(_ name: String) -> String {
    let shown = name.count > 100 ? "\(name.prefix(100))…" : name
    return shown.replacing("~", with: "~0").replacing("/", with: "~1")
  }

  /// What is wrong with a text, or nil.
  public static func fault(in text: String, max: Int, allowEmpty: Bool) -> String? {
    if text.isEmpty && !allowEmpty { return "must not be empty" }
    // Characters as JSON Schema counts them: code points.
    if text.utf8.count > max && text.unicodeScalars.count > max { return "must have at most \(max) characters" }
    let hasControl = text.unicodeScalars.contains {
      ($0.value < 0x20 && $0 != "\t" && $0 != "\n" && $0 != "\r") || $0.value == 0x7F
    }
    return hasControl ? "must not contain control characters" : nil
  }
}

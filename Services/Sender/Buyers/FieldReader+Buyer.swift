import Contracts

extension FieldReader {
  /// The part of a URL after host and port: printable ASCII with a slash first.
  mutating func urlPath(_ name: String) -> String? {
    guard let path = string(name, max: 500) else { return nil }
    let isFit = path.hasPrefix("/") && path.utf8.allSatisfy { (0x21...0x7e).contains($0) } && !path.contains("#")
    if !isFit { fail(name, "must be a path of printable ASCII that begins with /, without #") }
    return path
  }

  /// A JSON pointer (RFC 6901) to one value.
  mutating func pointer(_ name: String) -> String? {
    guard let pointer = string(name, max: 500) else { return nil }
    if !pointer.hasPrefix("/") { fail(name, "must be a JSON pointer like /Message") }
    return pointer
  }

  /// An array of whole numbers.
  mutating func integers(_ name: String, maxCount: Int) -> [Int64]? {
    guard let value = value(name) else { return nil }
    guard case .array(let elements) = value, elements.count <= maxCount else {
      fail(name, "must be an array of at most \(maxCount) whole numbers")
      return nil
    }
    var numbers: [Int64] = []
    for (index, element) in elements.enumerated() {
      if case .integer(let number) = element {
        numbers.append(number)
      } else {
        fail("\(name)/\(index)", "must be a whole number, not \(element.kind)")
      }
    }
    return numbers
  }

  /// An object whose members' names are the caller's own; each is read by `element`, which answers a fault or the value.
  mutating func map<Value>(
    _ name: String, maxCount: Int, _ element: (JSON) -> Result<Value, RuleFault>
  ) -> [String: Value]? {
    guard let value = value(name) else { return nil }
    guard case .object(let members) = value, members.count <= maxCount else {
      fail(name, "must be an object of at most \(maxCount) members")
      return nil
    }
    var map: [String: Value] = [:]
    for (key, member) in members.sorted(by: { $0.key < $1.key }) {
      if let fault = Self.fault(in: key, max: 200, allowEmpty: false) { fail(name, "a member's name \(fault)") }
      switch element(member) {
      case .success(let value): map[key] = value
      case .failure(let fault): fail("\(name)/\(key.replacing("~", with: "~0").replacing("/", with: "~1"))", fault.text)
      }
    }
    return map
  }
}

/// Why one of a buyer's rules cannot be.
struct RuleFault: Error, Equatable {
  let text: String

  init(_ text: String) { self.text = text }
}

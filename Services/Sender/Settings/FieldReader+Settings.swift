import Contracts

extension FieldReader {
  /// A duration in milliseconds; what is absent stays, null is a fault.
  mutating func set(_ value: inout Duration, _ name: String, in range: ClosedRange<Int64>) {
    if let milliseconds = present(name, in: range) { value = .milliseconds(milliseconds) }
  }

  mutating func set(_ value: inout Int, _ name: String, in range: ClosedRange<Int64>) {
    if let number = present(name, in: range) { value = Int(number) }
  }

  /// A share, above 0 and at most 1.
  mutating func set(_ share: inout Double, _ name: String) {
    switch value(name) {
    case .integer(let number)? where number == 1: share = 1
    case .number(let number)? where number > 0 && number <= 1: share = number
    case nil: if isNull(name) { fail(name, "must not be null") }
    default: fail(name, "must be a number above 0, at most 1")
    }
  }

  private mutating func present(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
    if isNull(name) { fail(name, "must not be null") }
    return integer(name, in: range)
  }
}

extension JSON {
  /// In whole milliseconds.
  static func ms(_ duration: Duration) -> JSON { .integer(duration.wholeMicroseconds / 1000) }
}

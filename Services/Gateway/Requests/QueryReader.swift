import Contracts
import HTTPServer

/// Reads query parameters and keeps every fault it meets; `finish()` throws them all, unknown parameters included.
struct QueryReader {
  private let query: HTTPQuery
  private var known: Set<String> = []
  private var errors: [Problem.Field] = []

  init(_ query: HTTPQuery) { self.query = query }

  /// The value; a fault where it is given more than once or empty.
  mutating func one(_ name: String, max: Int = 512) -> String? {
    let values = many(name, max: max)
    guard values.count > 1 else { return values.first }
    fail(name, "must be given once")
    return nil
  }

  /// Every value given, in order.
  mutating func many(_ name: String, max: Int = 512) -> [String] {
    known.insert(name)
    let values = query.values(name)
    for value in values {
      if let fault = FieldReader.fault(in: value, max: max, allowEmpty: false) {
        fail(name, fault)
        return []
      }
    }
    return values
  }

  mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
    guard let text = one(name) else { return nil }
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int(text),
      range.contains(number)
    else {
      fail(name, "must be a whole number between \(range.lowerBound) and \(range.upperBound)")
      return nil
    }
    return number
  }

  /// One of a few words.
  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, _ type: Choice.Type
  ) -> Choice? {
    guard let text = one(name) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    fail(name, "must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    return nil
  }

  mutating func finish() throws(Problem) {
    let unknown = Set(query.map(\.name)).subtracting(known).sorted()
    let names = known.sorted().joined(separator: ", ")
    let hint = known.isEmpty ? "no parameters are known here" : "known are: \(names)"
    let all = errors + unknown.map { Self.field(String($0.prefix(100)), "is not a known query parameter; \(hint)") }
    guard all.isEmpty else {
      let what = all.count == 1 ? "One query parameter is wrong." : "\(all.count) query parameters are wrong."
      throw Problem(.invalid, what, errors: all)
    }
  }

  private mutating func fail(_ name: String, _ detail: String) {
    errors.append(Self.field(name, detail))
  }

  /// A parameter is named as a body's field would be.
  private static func field(_ name: String, _ detail: String) -> Problem.Field {
    Problem.Field("/" + name.replacing("~", with: "~0").replacing("/", with: "~1"), detail)
  }
}

extension SQL {
  /// Collects a statement's text and its parameters, encoded one after another in one buffer.
  public struct Interpolation: StringInterpolationProtocol, Sendable {
    struct Parameter {
      let type: PostgresType
      let isBinary: Bool
      /// Where the value starts in the buffer; -1 for NULL.
      let start: Int
      let length: Int
    }

    private(set) var text: String
    private(set) var parameters: [Parameter] = []
    private(set) var values = PostgresEncoder()
    /// Where each `$n` starts in the text, in UTF-8: a fragment's numbers change when it is nested.
    private var marks: [Int] = []
    /// Text with a zero byte, which libpq would cut short.
    private(set) var hasZeroByte = false

    public init(literalCapacity: Int, interpolationCount: Int) {
      text = ""
      text.reserveCapacity(literalCapacity + 3 * interpolationCount)
      parameters.reserveCapacity(interpolationCount)
      marks.reserveCapacity(interpolationCount)
    }

    public mutating func appendLiteral(_ literal: String) {
      // "\(id)0" must not become another parameter's number.
      if let first = literal.utf8.first, (48...57).contains(first), endsWithNumber { text += " " }
      text += literal
    }

    /// Binds a value.
    public mutating func appendInterpolation<T: PostgresBindable>(_ value: T) {
      bind(value)
    }

    /// Binds a value or NULL.
    public mutating func appendInterpolation<T: PostgresBindable>(_ value: T?) {
      bind(value)
    }

    private mutating func bind<T: PostgresBindable>(_ value: T) {
      let start = values.bytes.count
      guard !value.isNull else {
        return append(Parameter(type: T.postgresType, isBinary: T.isBinary, start: -1, length: 0))
      }
      value.encode(into: &values)
      let length = values.bytes.count - start
      if !T.isBinary { terminate(from: start) }
      append(Parameter(type: T.postgresType, isBinary: T.isBinary, start: start, length: length))
    }

    /// Pastes trusted text. Never anything that came from outside.
    public mutating func appendInterpolation(raw trusted: String) {
      appendLiteral(trusted)
    }

    /// Nests another statement with its parameters.
    public mutating func appendInterpolation(fragment: SQL) {
      let other = fragment.parts
      let offset = values.bytes.count
      values.append(other.values.bytes)
      hasZeroByte = hasZeroByte || other.hasZeroByte
      let utf8 = other.text.utf8
      var position = utf8.startIndex
      for (index, (parameter, mark)) in zip(other.parameters, other.marks).enumerated() {
        let next = utf8.index(utf8.startIndex, offsetBy: mark)
        appendLiteral(String(other.text[position..<next]))
        append(
          Parameter(
            type: parameter.type, isBinary: parameter.isBinary,
            start: parameter.start < 0 ? -1 : parameter.start + offset, length: parameter.length))
        position = utf8.index(next, offsetBy: 1 + String(index + 1).utf8.count)
      }
      appendLiteral(String(other.text[position...]))
    }

    private var endsWithNumber: Bool {
      guard let mark = marks.last else { return false }
      return mark + 1 + String(parameters.count).utf8.count == text.utf8.count
    }

    private mutating func append(_ parameter: Parameter) {
      parameters.append(parameter)
      marks.append(text.utf8.count)
      text += "$"
      text += String(parameters.count)
    }

    /// libpq reads text up to a zero byte: adds one, and notes any other.
    private mutating func terminate(from start: Int) {
      if values.bytes[start...].contains(0) { hasZeroByte = true }
      values.append(UInt8(0))
    }
  }
}

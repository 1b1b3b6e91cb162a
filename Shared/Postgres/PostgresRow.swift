/// One row. Reading a column decodes it; every failure is a `PostgresError` with code `.decoding` that names it.
public struct PostgresRow: Sendable {
  let buffer: ResultBuffer
  let index: Int

  /// How many columns there are.
  public var count: Int { buffer.columnCount }

  /// The value in a column counted from 0. NULL is an error unless `T` is an Optional.
  public subscript<T: PostgresBindable>(column: Int, as type: T.Type) -> T {
    get throws {
      guard column >= 0, column < buffer.columnCount else {
        throw PostgresError(.decoding, "no column \(column): there are \(buffer.columnCount)")
      }
      let cell = buffer.cell(row: index, column: column)
      return try withExtendedLifetime(buffer) {
        guard cell.isNull else { return try T.decode(cell) }
        guard let null = T.nullValue else { throw cell.unexpectedNull(T.self) }
        return null
      }
    }
  }

  /// The value in the first column of this name (exact case).
  public subscript<T: PostgresBindable>(name: String, as type: T.Type) -> T {
    get throws {
      guard let column = buffer.column(named: name) else {
        throw PostgresError(.decoding, "no such column", column: name)
      }
      return try self[column, as: type]
    }
  }

  /// All columns in order: `let (id, name) = try row.decode(Int64.self, String?.self)`.
  public func decode<each T: PostgresBindable>(_ types: repeat (each T).Type) throws -> (repeat each T) {
    var column = -1
    func next<U: PostgresBindable>(_ type: U.Type) throws -> U {
      column += 1
      return try self[column, as: type]
    }
    return (repeat try next(each types))
  }
}

/// The answer to one statement: its rows, kept as libpq received them and decoded when read.
public struct PostgresRows: RandomAccessCollection, Sendable {
  let buffer: ResultBuffer

  public var startIndex: Int { 0 }
  public var endIndex: Int { buffer.rowCount }

  public subscript(position: Int) -> PostgresRow {
    precondition(position >= 0 && position < buffer.rowCount, "row \(position) of \(buffer.rowCount)")
    return PostgresRow(buffer: buffer, index: position)
  }

  /// How many rows the statement inserted, updated, deleted or returned.
  public var affected: Int { buffer.affected }

  /// The names of the columns, in order.
  public var columns: [String] { (0..<buffer.columnCount).map(buffer.name) }
}

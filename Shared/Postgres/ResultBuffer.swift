internal import CPostgres

/// Owns one libpq result: freed when the last row that points into it is gone.
/// Unchecked: a PGresult never changes once libpq has handed it over, and reading one is thread-safe.
final class ResultBuffer: @unchecked Sendable {
  let rowCount: Int
  let columnCount: Int
  private let result: OpaquePointer

  init(_ result: OpaquePointer) {
    self.result = result
    rowCount = Int(PQntuples(result))
    columnCount = Int(PQnfields(result))
  }

  deinit { PQclear(result) }

  /// `row` and `column` must be within bounds.
  func cell(row: Int, column: Int) -> PostgresCell {
    let (row, index) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
    let length = Int(PQgetlength(result, row, index))
    let isNull = length == 0 && PQgetisnull(result, row, index) == 1
    let start = isNull ? nil : UnsafeRawPointer(PQgetvalue(result, row, index))
    return PostgresCell(
      type: PostgresType(id: PQftype(result, index)), bytes: UnsafeRawBufferPointer(start: start, count: length),
      isNull: isNull, result: self, column: column)
  }

  func name(of column: Int) -> String {
    PQfname(result, Int32(column)).map { String(cString: $0) } ?? "\(column)"
  }

  /// The first column of this exact name. libpq's own look-up would fold the case.
  func column(named name: String) -> Int? {
    var name = name
    return name.withUTF8 { name in
      (0..<columnCount).first { column in
        guard let candidate = PQfname(result, Int32(column)) else { return false }
        for (index, byte) in name.enumerated() where UInt8(bitPattern: candidate[index]) != byte { return false }
        return candidate[name.count] == 0
      }
    }
  }

  /// Rows inserted, updated, deleted, selected or copied; 0 for a statement that counts none.
  var affected: Int {
    guard let text = PQcmdTuples(result) else { return 0 }
    return Int(String(cString: text)) ?? 0
  }

  /// The command that ran, as `INSERT 0 1`.
  var command: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }
}

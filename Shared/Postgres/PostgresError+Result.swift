internal import CPostgres

extension PostgresError {
  /// The error in a failed result.
  init(result: OpaquePointer) {
    func field(_ code: Unicode.Scalar) -> String? {
      PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }
    let message = field("M") ?? PQresultErrorMessage(result).map { String(cString: $0) } ?? "unknown error"
    let state = field("C")
    let code: Code =
      switch state {
      case "57014": .timedOut
      case "57P01", "57P02", "57P03", "57P05", nil: .serverClosed
      case .some(let state): .sql(state)
      }
    self.init(code, message.trimmedLine)
    sqlState = state
    detail = field("D")
    constraint = field("n")
    table = field("t")
    column = field("c")
    // By the name of the server's function: its message may be in any language.
    isStalePlan = state == "26000" || state == "0A000" && field("R") == "RevalidateCachedQuery"
  }
}

extension String {
  /// The first line without surrounding white space: libpq appends line feeds.
  var trimmedLine: String {
    let line = split(whereSeparator: \.isNewline).first ?? ""
    return String(line.drop(while: \.isWhitespace))
  }
}

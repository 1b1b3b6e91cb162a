internal import CJose

/// Calls into libcjose: nil or false means failed, and the reason is in the error the call was given.
enum Jose {
  static func call<Value>(
    _ body: (inout cjose_err) -> Value?, failing: (String) -> SecurityError
  ) throws(SecurityError) -> Value {
    var error = cjose_err()
    if let value = body(&error) { return value }
    throw failing(error.message.map { String(cString: $0) } ?? "no reason given")
  }
}

import Contracts

/// Why a lead is not sent: what its source is told.
struct LeadFault: Error, Equatable {
  let error: String
  let message: String

  init(_ error: String, _ message: String) {
    self.error = error
    self.message = message
  }

  static func invalid(_ errors: [Problem.Field]) -> LeadFault {
    let faults = errors.map { "\($0.pointer.isEmpty ? "the lead" : String($0.pointer.dropFirst())) \($0.detail)" }
    return LeadFault("Invalid lead", faults.prefix(50).joined(separator: "; "))
  }
}

import Contracts

/// What operators may be called, and how long their passwords may be.
enum OperatorRules {
  static let maxUsername = 200
  static let minPassword = 1
  static let maxPassword = 1024
  /// The fewest characters of one that is chosen over the API.
  static let minChosenPassword = 12
  /// How the subject of a client's token begins: no operator's name may.
  static let clientNamespace = "api_client:"
  /// Beginnings that tell subjects of tokens apart.
  private static let namespaces = [clientNamespace, ProfileOwner.namespace]

  static func checkUsername(_ name: String) throws(FieldFault) {
    if let fault = FieldRules.fault(in: name, max: maxUsername, allowEmpty: false) { throw FieldFault(fault) }
    for namespace in namespaces where name.lowercased().hasPrefix(namespace) {
      throw FieldFault("must not begin with \(namespace)")
    }
    guard name.first?.isWhitespace == false, name.last?.isWhitespace == false else {
      throw FieldFault("must not begin or end with a space")
    }
  }

  static func checkPassword(_ password: String) throws(FieldFault) {
    guard (minPassword...maxPassword).contains(password.utf8.count) else {
      throw FieldFault("must have \(minPassword) to \(maxPassword) bytes")
    }
  }
}

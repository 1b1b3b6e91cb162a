import Contracts

/// The members of a body that may be a form or a JSON object; none where it is left out.
enum BodyFields {
  static let types: [MediaType] = [.form, .json]

  /// - Parameters:
  ///   - names: those that count; others are passed over, as the framework of these programs does.
  ///   - keepsEmpty: whether an empty field of a form is one all the same.
  /// - Throws: `malformed` where the body is neither.
  static func read(
    _ call: Call, _ names: [String], keepsEmpty: Bool = false
  ) throws(Problem) -> [String: JSON] {
    let body = call.request.body.buffered ?? []
    guard !body.isEmpty else { return [:] }
    guard MediaType(header: call.request.headers["Content-Type"]) == .json else {
      let form = try FormFields(body)
      return names.reduce(into: [:]) { fields, name in
        fields[name] = (keepsEmpty ? form.given(name) : form[name]).map(JSON.string)
      }
    }
    try JSONChecker.check(body)
    guard case .object(let members) = try JSON.parse(body) else {
      throw Problem(.malformed, "Invalid data. Expected a dictionary.")
    }
    return members.filter { names.contains($0.key) }
  }
}

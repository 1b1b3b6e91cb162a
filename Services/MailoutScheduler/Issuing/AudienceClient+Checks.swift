import Contracts
import Messaging

/// What is asked before something is ordered.
extension AudienceClient {
  /// A placeholder nobody could ever fill, and without a default, is a typing error better found before a million texts.
  /// - Throws: `Problem` with code `invalid` that names it.
  func checkPlaceholders(of text: String) async throws {
    guard let template = try? Template(text), !template.required.isEmpty else { return }
    let known = try await knownFields()
    let unknown = template.required.filter { !known.contains($0) }
    guard unknown.isEmpty else {
      throw Problem.invalid(
        unknown.map {
          Problem.Field(
            "/text",
            "has the placeholder {{\($0)}}, which no customer has; give it a default like {{\($0)|…}}, or use one of: "
              + known.sorted().prefix(50).joined(separator: ", "))
        })
    }
  }

  /// - Throws: `Problem`: there is no such customer, or they may not be written to.
  func checkReachable(_ customerID: Int64) async throws {
    guard try await members(AudienceMembersQuery(ids: [customerID], fields: [])).members.isEmpty else { return }
    // Says that there is none, where there is none.
    let data: JSON = ["id": .integer(customerID)]
    _ = try await operations.call(.readCustomer, data: data.bytes, as: caller, timeout: .seconds(5))
    throw Problem(
      .conflict, "The customer \(customerID) cannot be written to: they have no phone, or have opted out.")
  }

  /// The name of a tag, or of a phone code, by its id.
  /// - Throws: `Problem` with code `not_found`.
  func name(of operation: Operation, _ id: Int64, member: String) async throws -> String {
    let data: JSON = ["id": .integer(id)]
    let reply = try await operations.call(operation, data: data.bytes, as: caller, timeout: .seconds(5))
    guard case .string(let name)? = try JSON.parse(reply.body)[member] else {
      throw Problem(.internal, "The answer of \(operation.type) lacks \(member).")
    }
    return name
  }
}

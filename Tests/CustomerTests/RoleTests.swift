import Contracts
import Testing

@testable import Customer

@Suite struct RoleTests {
  @Test func viewersOnlyRead() {
    #expect(Role.viewer.scopes.allSatisfy { $0.hasSuffix(":read") })
    #expect(!Role.viewer.scopes.contains("admin:read"))
  }

  @Test func operatorsReadAndWriteAllButAdministrationAndPersonalData() {
    #expect(Role.operator.scopes.contains("mailouts:write"))
    #expect(!Role.operator.scopes.contains { $0.hasPrefix("admin:") || $0.hasPrefix("personal-data:") })
  }

  @Test func adminsMayDoWhateverAnyOperationNeeds() {
    let scopes = Set(Role.admin.scopes)
    for operation in Operation.all {
      if let scope = operation.scope { #expect(scopes.contains(scope), "\(operation.type)") }
    }
    #expect(scopes.isSuperset(of: Role.operator.scopes))
    #expect(Set(Role.operator.scopes).isSuperset(of: Role.viewer.scopes))
  }
}

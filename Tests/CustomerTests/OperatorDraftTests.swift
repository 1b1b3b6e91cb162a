import Contracts
import FoundationEssentials
import Testing

@testable import Customer

@Suite struct OperatorDraftTests {
  private func record(isExternal: Bool = false) -> OperatorRecord {
    let moment = Date(timeIntervalSince1970: 1_795_251_600)
    return OperatorRecord(
      id: 3, revision: 1, username: "anna", passwordHash: isExternal ? nil : "x", role: .operator, isDisabled: false,
      isExternal: isExternal, lastLoginAt: nil, createdAt: moment, updatedAt: moment)
  }

  private func faults(_ body: () throws -> Void) -> [Problem.Field] {
    do {
      try body()
      return []
    } catch {
      return (error as? Problem)?.errors ?? []
    }
  }

  @Test func everyFaultIsNamedAndNoneQuotesThePassword() throws {
    let found = faults {
      _ = try OperatorDraft.read(["username": " anna", "role": "root", "password": "tooshort", "disabled": .null])
    }
    #expect(Set(found.map(\.pointer)) == ["/username", "/role", "/password", "/disabled"])
    #expect(found.allSatisfy { !$0.detail.contains("tooshort") })
    #expect(Set(faults { _ = try OperatorDraft.read([:]) }.map(\.pointer)) == ["/username", "/role", "/password"])
    let good = try OperatorDraft.read(["username": "anna", "role": "viewer", "password": "correct horse"])
    #expect(good == OperatorDraft(username: "anna", role: .viewer, isDisabled: false, password: "correct horse"))
  }

  @Test func aPatchChangesOnlyWhatItNames() throws {
    #expect(
      try OperatorDraft.changed(record(), by: ["disabled": true])
        == OperatorDraft(username: "anna", role: .operator, isDisabled: true))
    #expect(faults { _ = try OperatorDraft.changed(record(), by: ["username": "x"]) }.map(\.pointer) == ["/username"])
  }

  @Test func whatTheProviderDecidesNobodyElseDoes() throws {
    let changes: JSON = ["role": "admin", "password": "correct horse"]
    #expect(
      Set(faults { _ = try OperatorDraft.changed(record(isExternal: true), by: changes) }.map(\.pointer))
        == ["/role", "/password"])
    #expect(try OperatorDraft.changed(record(isExternal: true), by: ["disabled": true]).isDisabled)
  }
}

import Service
import Testing

@testable import Customer

@Suite struct OperatorOrderTests {
  private func order(_ arguments: [String], password: String? = "secret word") throws -> OperatorOrder {
    var settings = Settings(password.map { ["MAILOUT_OPERATOR_PASSWORD": $0] } ?? [:])
    return try OperatorOrder(arguments, &settings)
  }

  @Test func argumentsAreRead() throws {
    let order = try order(["--role", "viewer", "--if-missing", "--username", "ann"])
    #expect(order.username == "ann")
    #expect(order.role == .viewer)
    #expect(order.isOnlyIfMissing)
    #expect(order.password.value == "secret word")
  }

  @Test func everyMistakeIsToldAtOnce() {
    let error = #expect(throws: CustomerError.self) { try order(["--role", "king", "--loud"]) }
    #expect(error?.code == .usage)
    for word in ["king", "--loud", "--username"] { #expect(error?.message.contains(word) == true) }
  }

  @Test func aPasswordIsNeeded() {
    #expect(throws: SettingsError.self) { try order(["--username", "ann", "--role", "admin"], password: nil) }
  }
}

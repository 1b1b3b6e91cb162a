import Contracts
import Testing

@testable import Customer

@Suite struct TargetTests {
  @Test func idAndVersionAreRead() throws {
    let (target, tag) = try Target.read(["id": 7, "if_match": "3", "tag_id": 2]) { $0.integer("tag_id") }
    #expect(target == Target(id: 7, ifMatch: "3"))
    #expect(tag == 2)
  }

  @Test(arguments: [[:], ["id": 0], ["id": "7"], ["id": 7, "colour": "red"]] as [JSON])
  func otherDataIsRefused(_ data: JSON) {
    #expect(throws: Problem.self) { try Target.read(data) { _ in } }
  }
}

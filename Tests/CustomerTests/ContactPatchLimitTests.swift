import Contracts
import FoundationEssentials
import Testing

@testable import Customer

/// How long the lists of a contact may become, patch by patch.
@Suite struct ContactPatchLimitTests {
  private func contact(_ list: SubscriptionList, items count: Int) -> ContactRecord {
    let items = (0..<count).map { number in
      ContactRecord.Stored(values: list.item.completed(["name": .string("n\(number)")]), createdAt: 0, updatedAt: 0)
    }
    return ContactRecord(
      customerID: 1, uuid: UUID(), revision: 1, createdAt: 0, updatedAt: 0, email: ContactGroup.email.defaults,
      groups: [:], lists: [list: items])
  }

  /// How many items the list has then.
  private func count(after change: JSON, of list: SubscriptionList, items: Int) throws -> Int? {
    let patch = try ContactPatch.read(.object([list.rawValue: change]), groups: [])
    return try patch.applied(to: contact(list, items: items), groups: []).lists[list]?.count
  }

  @Test(arguments: SubscriptionList.allCases)
  func aListGrowsToItsEndAndNoFurther(_ list: SubscriptionList) throws {
    let most = SubscriptionList.maxCount
    #expect(try count(after: [["name": "x"]], of: list, items: most - 1) == most)
    let problem = #expect(throws: Problem.self) {
      try count(after: [["name": "x"], ["name": "y"]], of: list, items: most - 1)
    }
    #expect(problem?.errors.map(\.pointer) == ["/changes/\(list.rawValue)"])
    #expect(problem?.errors.map(\.kind) == ["too_long"])
  }

  @Test(arguments: SubscriptionList.allCases)
  func oneThatIsTooLongAlreadyCanBeChanged(_ list: SubscriptionList) throws {
    let long = SubscriptionList.maxCount + 20
    let kept: [JSON] = [
      [["name": "n3", "unsub_reason": "bored"]], "UNSUBSCRIBE", [["name": "never joined", "subscribed": false]],
    ]
    for change in kept { #expect(try count(after: change, of: list, items: long) == long) }
    #expect(throws: Problem.self) { try count(after: [["name": "x"]], of: list, items: long) }
  }
}

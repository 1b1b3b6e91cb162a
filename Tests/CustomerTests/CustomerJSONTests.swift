import Contracts
import FoundationEssentials
import Testing

@testable import Customer

@Suite struct CustomerJSONTests {
  @Test func aCustomerIsValidJSON() throws {
    let record = CustomerRecord(
      id: 7, uuid: try #require(UUID(uuidString: "93DB83D4-4119-4E0C-AF87-A713786FA81D")), phone: "79161234567",
      phoneCode: "916", timezone: nil, email: "a\"@b.cd", firstName: "И", lastName: nil,
      attributes: #"{"city": "Moscow"}"#, revision: 3, createdAt: Timestamp.date(microseconds: 0),
      updatedAt: Timestamp.date(microseconds: 1_000_001), tagIDs: [4, 2], tags: ["a", "b\\"])
    #expect(
      try JSON.parse(record.json) == [
        "id": 7, "uuid": "93db83d4-4119-4e0c-af87-a713786fa81d", "phone": "79161234567", "phone_code": "916",
        "timezone": nil, "email": "a\"@b.cd", "first_name": "И", "last_name": nil, "attributes": ["city": "Moscow"],
        "tags": ["a", "b\\"], "tag_ids": [4, 2], "opted_out": false,
        "created_at": "1970-01-01T00:00:00.000000Z",
        "updated_at": "1970-01-01T00:00:01.000001Z",
      ])
  }
}

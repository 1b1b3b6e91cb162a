import Contracts
import Foundation
import Messaging
import Testing

/// The wire of every operation and every event stays what it was: a fixture's request is still taken, and what is
/// answered now has everything that a fixture's reply has. A new operation needs a `Specimen`, a new event an
/// `EventSpecimen`; `RECORD_FIXTURES=1` writes the fixtures that are missing.
struct OperationFixtureTests {
  @Test(arguments: Operation.all) func thereIsAFixtureThatStillHolds(_ operation: Contracts.Operation) throws {
    let specimen = try #require(try Specimen.all()[operation], "\(operation.type) needs a Specimen")
    let golden = try Fixture.operations.read(
      operation.type, orRecord: ["request": specimen.request, "reply": specimen.reply])
    let request = try #require(golden["request"])
    try specimen.read(request)
    try specimen.read(specimen.request)
    let reply = try #require(golden["reply"])
    #expect(specimen.reply.lacks(of: reply) == [])
  }

  @Test(arguments: EventType.allCases) func thereIsAnEventThatStillHolds(_ type: EventType) throws {
    let specimen = try EventSpecimen.of(type)
    var head = EnvelopeFrame(
      id: "\(type.rawValue)-1", source: "/mailout/\(specimen.service.rawValue)", type: type.rawValue,
      time: "2026-11-21T09:00:00.000000Z")
    let now = try JSON.parse(head.bytes(data: specimen.data.bytes))
    let golden = try Fixture.events.read(type.rawValue, orRecord: now)
    head = try EnvelopeFrame.read(golden.bytes)
    #expect(head.type == type.rawValue)
    // Readers take the old one, and find in the new one all they knew.
    try specimen.read(try #require(golden["data"]))
    #expect(now.lacks(of: golden) == [])
  }

  @Test func thereIsNoFixtureOfAnythingElse() throws {
    #expect(try Fixture.operations.names().subtracting(Operation.all.map(\.type)) == [])
    #expect(try Fixture.events.names().subtracting(EventType.allCases.map(\.rawValue)) == [])
  }

  @Test func whatIsMissingIsNamed() {
    let golden: JSON = ["a": 1, "b": ["c": "x", "d": [["e": 1]]], "f": .null, "g": .number(1.5)]
    #expect(golden.lacks(of: golden) == [])
    #expect(
      JSON.object(["a": "1", "b": ["c": "y", "d": [[:]]], "f": 7]).lacks(of: golden) == ["/a", "/b/d/0/e", "/g"])
  }
}

/// A folder of fixtures.
struct Fixture {
  static let operations = Fixture(folder: "operations")
  static let events = Fixture(folder: "events")

  let folder: String

  private var place: URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(folder)")
  }

  func names() throws -> Set<String> {
    Set(
      try FileManager.default.contentsOfDirectory(atPath: place.path).map { String($0.dropLast(".json".count)) })
  }

  func read(_ name: String, orRecord fresh: JSON) throws -> JSON {
    let file = place.appending(path: "\(name).json")
    if !FileManager.default.fileExists(atPath: file.path), ProcessInfo.processInfo.environment["RECORD_FIXTURES"] != nil
    {
      let object = try JSONSerialization.jsonObject(with: Data(fresh.bytes))
      let text = try JSONSerialization.data(
        withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      try (text + Data("\n".utf8)).write(to: file)
    }
    let data = try #require(
      try? Data(contentsOf: file), "\(folder)/\(name).json is missing; RECORD_FIXTURES=1 writes it")
    return try JSON.parse([UInt8](data))
  }
}

import Testing

@testable import AMQP

struct ContentAssemblerTests {
  private func body(
    _ assembler: inout ContentAssembler<Int>, _ bytes: [UInt8]
  ) throws -> ContentAssembler<Int>.Content? {
    try bytes.withUnsafeBytes { raw in try assembler.body(raw) }
  }

  @Test func putsTheFramesTogether() throws {
    var assembler = ContentAssembler<Int>()
    for round in 1...2 {
      try assembler.begin(round)
      let properties = AMQPProperties(messageID: "m\(round)")
      #expect(try assembler.header(properties, sequence: 7, size: 5) == nil)
      #expect(try body(&assembler, [1, 2, 3]) == nil)
      let content = try #require(try body(&assembler, [4, 5]))
      #expect(content.start == round)
      #expect(content.properties.messageID == "m\(round)")
      #expect(content.sequence == 7)
      #expect(content.body == [1, 2, 3, 4, 5])
    }
  }

  @Test func needsNoBodyFrameForAnEmptyBody() throws {
    var assembler = ContentAssembler<Int>()
    try assembler.begin(1)
    let content = try #require(try assembler.header(AMQPProperties(), sequence: nil, size: 0))
    #expect(content.body.isEmpty)
    try assembler.begin(2)
  }

  @Test func refusesWhatNothingAnnounced() throws {
    var assembler = ContentAssembler<Int>()
    #expect(throws: AMQPError.self) { try body(&assembler, [1]) }
    #expect(throws: AMQPError.self) { try assembler.header(AMQPProperties(), sequence: nil, size: 1) }
    try assembler.begin(1)
    #expect(throws: AMQPError.self) { try assembler.begin(2) }
    _ = try assembler.header(AMQPProperties(), sequence: nil, size: 1)
    #expect(throws: AMQPError.self) { try body(&assembler, [1, 2]) }
  }

  @Test func startsAfreshAfterAReset() throws {
    var assembler = ContentAssembler<Int>()
    try assembler.begin(1)
    _ = try assembler.header(AMQPProperties(), sequence: nil, size: 9)
    _ = try body(&assembler, [1])
    assembler.reset()
    try assembler.begin(2)
    _ = try assembler.header(AMQPProperties(), sequence: nil, size: 1)
    #expect(try body(&assembler, [2])?.body == [2])
  }
}

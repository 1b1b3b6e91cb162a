import Testing

@testable import AMQP

struct DecodingTests {
  /// So many tables or lists in one another.
  private func nested(_ count: Int, around inmost: AMQPHeader, _ wrap: (AMQPHeader) -> AMQPHeader) -> AMQPHeader {
    var header = inmost
    for _ in 0..<count { header = wrap(header) }
    return header
  }

  /// As a consumer is given what a publisher sends.
  private func received(_ header: AMQPHeader) -> AMQPHeader? {
    let arena = Arena()
    defer { withExtendedLifetime(arena) {} }
    let wire = AMQPProperties(headers: ["deep": header]).encoded(in: arena, sequence: nil)
    return AMQPProperties.decoded(wire).properties.headers["deep"]
  }

  @Test func whatIsTooDeepIsNull() {
    for wrap in [{ .table(["in": $0]) }, { .array([$0]) }] as [(AMQPHeader) -> AMQPHeader] {
      let deepest = nested(AMQPHeader.maxDepth, around: 7, wrap)
      #expect(received(deepest) == deepest)
      #expect(received(wrap(deepest)) == nested(AMQPHeader.maxDepth, around: .null, wrap))
      #expect(received(nested(500, around: 7, wrap)) == nested(AMQPHeader.maxDepth, around: .null, wrap))
    }
  }
}

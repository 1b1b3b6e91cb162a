import AMQP

extension AMQPPublisher {
  /// Publishes to a queue, again where the broker refuses: a quorum queue that two connections declare at once refuses
  /// until it has a leader.
  func deliver(_ body: [UInt8], to queue: String) async throws {
    while true {
      do throws(AMQPError) {
        return try await publish(AMQPMessage(body: body), exchange: "", routingKey: queue, timeout: .seconds(300))
      } catch  where error.code == .nacked {
        continue
      }
    }
  }
}

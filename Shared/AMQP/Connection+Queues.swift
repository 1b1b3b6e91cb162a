/// Questions about queues.
extension Connection {
  func state(of queue: String) async throws(AMQPError) -> AMQPQueueState? {
    try await ask { wire throws(AMQPError) in try wire.state(of: queue) }
  }

  func isEmpty(_ queue: String) async throws(AMQPError) -> Bool {
    try await ask { wire throws(AMQPError) in try wire.isEmpty(queue) }
  }

  func delete(queue: String) async throws(AMQPError) {
    try await ask { wire throws(AMQPError) in try wire.delete(queue: queue) }
  }
}

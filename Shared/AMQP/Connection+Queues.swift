/// Questions about queues, each a round trip on the connection's thread.
extension Connection {
  func state(of queue: String) throws(AMQPError) -> AMQPQueueState? {
    try asking { wire throws(AMQPError) in try wire.state(of: queue) }
  }

  func isEmpty(_ queue: String) throws(AMQPError) -> Bool {
    try asking { wire throws(AMQPError) in try wire.isEmpty(queue) }
  }

  func delete(queue: String) throws(AMQPError) {
    try asking { wire throws(AMQPError) in try wire.delete(queue: queue) }
  }

  private func asking<R>(_ body: (Wire) throws(AMQPError) -> R) throws(AMQPError) -> R {
    guard let wire else { throw AMQPError(.disconnected, "not connected", cause: failure.description) }
    do throws(AMQPError) {
      let answer = try body(wire)
      // What came in meanwhile is in the library's own queue, of which the socket says nothing.
      receive()
      return answer
    } catch {
      if error.code == .topology { receive() } else { lose(error) }
      throw error
    }
  }
}

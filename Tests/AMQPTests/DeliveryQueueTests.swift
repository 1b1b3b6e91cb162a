import Testing

@testable import AMQP

struct DeliveryQueueTests {
  private func delivery(_ key: String) -> AMQPDelivery {
    AMQPDelivery(message: AMQPMessage(body: []), exchange: "", routingKey: key) { _ in }
  }

  @Test func keepsTheOrder() async {
    let queue = DeliveryQueue()
    for key in ["a", "b", "c"] { queue.push(delivery(key)) }
    #expect(await queue.next()?.routingKey == "a")
    queue.push(delivery("d"))
    #expect(await queue.next()?.routingKey == "b")
    #expect(await queue.next()?.routingKey == "c")
    #expect(await queue.next()?.routingKey == "d")
  }

  @Test func handsEachDeliveryToOneTaker() async {
    let queue = DeliveryQueue()
    await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var count = 0
          for await _ in AMQPDeliveries(queue: queue) {
            count += 1
            if count == 25 { break }
          }
          return count
        }
      }
      for number in 0..<100 { queue.push(delivery("\(number)")) }
      var total = 0
      for await count in group { total += count }
      #expect(total == 100)
    }
  }

  @Test func endsWhenFinished() async {
    let queue = DeliveryQueue()
    async let waiting = queue.next()
    queue.push(delivery("a"))
    #expect(await waiting?.routingKey == "a")
    queue.push(delivery("b"))
    queue.finish()
    queue.push(delivery("c"))
    #expect(await queue.next() == nil)
  }

  @Test func endsAWaitThatIsCancelled() async {
    let queue = DeliveryQueue()
    let task = Task { await queue.next() }
    task.cancel()
    #expect(await task.value == nil)
    queue.push(delivery("a"))
    #expect(await queue.next()?.routingKey == "a")
  }

  @Test func dropsWhatNobodyTook() async {
    let queue = DeliveryQueue()
    queue.push(delivery("a"))
    queue.removeAll()
    queue.push(delivery("b"))
    #expect(await queue.next()?.routingKey == "b")
  }
}

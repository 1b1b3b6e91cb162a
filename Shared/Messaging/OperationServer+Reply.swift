import AMQP
import Contracts
import FoundationEssentials
import Service

/// Answers, to whoever asked for one.
extension OperationServer {
  func reply(to delivery: AMQPDelivery, _ result: Result<OperationReply, Problem>) async {
    guard let address = delivery.message.properties.replyTo else { return }
    if let user = delivery.message.properties.userID, !trustedUsers.contains(user),
      IntegrationUser(user: user)?.mayHearAt(address) != true
    {
      log.warning("an answer is not sent where it was asked for", [.field("user", user), .field("address", address)])
      return
    }
    var properties = AMQPProperties(
      contentType: "application/json", correlationID: delivery.message.properties.correlationID, persistent: false)
    let body: [UInt8]
    switch result {
    case .success(let reply):
      properties.type = ReplyType.ok.rawValue
      if let etag = reply.etag { properties.headers[ReplyType.etagHeader] = .string(etag) }
      body = reply.body
    case .failure(let problem):
      properties.type = ReplyType.problem.rawValue
      body = (try? JSONEncoder().encode(problem)).map { [UInt8]($0) } ?? []
    }
    do {
      // After a broker's restart a request may be here before the publisher is back.
      try await publisher.send(
        AMQPMessage(body: body, properties: properties), exchange: "", routingKey: address, timeout: .seconds(5))
    } catch {
      // The caller's deadline tells them; a repetition under the same idempotency key gets the stored answer.
      log.warning("a reply could not be sent", [.error(error)])
    }
  }
}

import Contracts
import FoundationEssentials
import HTTPServer
import Messaging

extension RouteTable {
  static let buyers: [Route] = [
    Route(.post, "/api/buyers", .scope("admin:write"), .createBuyer, .body, .created),
    Route(.get, "/api/buyers", .scope("admin:read"), .listBuyers, .list(ListRule()), .page),
    Route(.get, "/api/buyers/{id}", .scope("admin:read"), .readBuyer, .id),
    Route(.put, "/api/buyers/{id}", .scope("admin:write"), .replaceBuyer, .idAndBody(member: "body")),
    Route(.patch, "/api/buyers/{id}", .scope("admin:write"), .updateBuyer, .idAndBody(member: "changes")),
    Route(.delete, "/api/buyers/{id}", .scope("admin:write"), .deleteBuyer, .id, .nothing),
  ]

  /// The interface that lead sources speak already: JSON whatever the type says, and each kind of result a status.
  static let leads: [Route] = [
    lead("/send", .sendLead), lead("/ping", .pingLead), status("/status/{lead_id}"), status("/status/{lead_id}/{mode}"),
  ]

  private static func lead(_ pattern: String, _ operation: Operation) -> Route {
    Route(
      .post, pattern, .scope("leads:write"), face: .leads, body: .untyped(upTo: Route.maxJSON), timeout: .seconds(45),
      operation: operation
    ) { call in
      var query = QueryReader(call.request.query)
      try query.finish()
      let data = try call.json()
      do {
        return try answer(try await call.perform(operation, data, within: OperationTimeout.lead), pending: 502)
      } catch {
        throw operation == .sendLead ? unsure(error) : error
      }
    }
  }

  /// Where the sender does not answer, the lead may be sent nevertheless.
  private static func unsure(_ error: any Error) -> any Error {
    guard let problem = error as? Problem, problem.code == .unavailable else { return error }
    return Problem(.unavailable, "\(problem.detail) GET /status/{lead_id} will tell whether the lead was sent.")
  }

  private static func status(_ pattern: String) -> Route {
    Route(.get, pattern, .scope("leads:read"), face: .leads, operation: .leadStatus) { call in
      var query = QueryReader(call.request.query)
      try query.finish()
      let data: JSON = ["lead_id": .string(call.path["lead_id"] ?? ""), "mode": .string(call.path["mode"] ?? "send")]
      do {
        return try answer(try await call.perform(.leadStatus, data.bytes), pending: 504)
      } catch {
        throw Refusal.nothingThere(error, "There is nothing at this path: a lead's id and send or ping are expected.")
      }
    }
  }

  /// - Parameter pending: the status of what has no result yet.
  private static func answer(_ reply: OperationReply, pending: Int) throws(Problem) -> HTTPResponse {
    guard let result = try? JSONDecoder().decode(LeadResult.self, from: Data(reply.body)) else {
      throw Problem(.internal, "The sender's answer could not be read.")
    }
    return .json(result.answer.bytes, status: result.outcome.status(pending: pending))
  }
}

extension LeadResult.Outcome {
  /// How each kind of result is told in HTTP. The one table of it.
  /// - Parameter pending: 504 where the result of an earlier order is asked for, and nowhere else.
  fileprivate func status(pending: Int) -> Int {
    switch self {
    case .success: 200
    case .created: 201
    case .accepted: 202
    case .invalid: 400
    case .unauthorized: 401
    case .notFound: 404
    case .refused: 406
    case .duplicate: 409
    case .buyerFailed: 502
    case .pending: pending
    }
  }
}

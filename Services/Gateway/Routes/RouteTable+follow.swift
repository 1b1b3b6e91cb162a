import Contracts
import FoundationEssentials
import HTTPServer
import Messaging

extension RouteTable {
  /// `GET /api/mailouts/{id}/events`: server-sent events until the mailout is over.
  static func follow(_ followers: MailoutFollowers) -> Route {
    Route(.get, "/api/mailouts/{id}/events", .scope("stats:read")) { call in
      var query = QueryReader(call.request.query)
      try query.finish()
      let id = try call.id()
      let since = try lastEventID(call.request.headers)
      let data: JSON = ["id": .integer(id)]
      let stats = try await call.perform(.mailoutStats, data.bytes)
      let first = FollowedMailout(try JSON.parse(stats.body))
      let now = Timestamp.microseconds(.now)
      try followers.checkRoom()
      let operations = call.operations
      return HTTPResponse(
        status: 200,
        headers: [
          "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
        ],
        body: .stream { writer in
          // Not before: a client that is gone by now never gets here.
          let seat = try followers.join(id, shown: first, now: now)
          defer { followers.leave(seat) }
          try await writer.write(ServerSentEvent.retry.bytes)
          for event in await missed(id, since: since, operations) { try await writer.write(event.bytes) }
          try await writer.write(ServerSentEvent("progress", id: now, data: first.json).bytes)
          if first.isOver { return }
          for await event in seat.events { try await writer.write(event.bytes) }
        })
    }
  }

  private static func lastEventID(_ headers: HTTPHeaders) throws(Problem) -> Int64? {
    // An empty one is what a client has whose stream unset it.
    guard let text = headers["Last-Event-ID"], !text.isEmpty else { return nil }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.utf8.count <= 18, let instant = Int64(text) else {
      throw Problem(.invalid, "The header Last-Event-ID must be the id of an event of this stream.")
    }
    return instant
  }

  /// Changes since a client was cut off, from the mailout's timeline: at most a page of them.
  private static func missed(
    _ id: Int64, since: Int64?, _ operations: any OperationCalling
  ) async -> [ServerSentEvent] {
    guard let since else { return [] }
    let data: JSON = ["id": .integer(id), "limit": 1000, "after": .string("\(since).\(Int64.max).0")]
    let caller = Caller(principal: "service:gateway", scopes: ["mailouts:read"])
    guard
      let reply = try? await operations.call(
        .mailoutTimeline, data: data.bytes, as: caller, timeout: OperationTimeout.query),
      case .array(let items)? = try? JSON.parse(reply.body)["items"]
    else { return [] }
    return items.map { item in
      var instant = since
      if case .string(let text)? = item["at"], let at = try? Timestamp.parse(text) {
        instant = Timestamp.microseconds(at)
      }
      return ServerSentEvent("change", id: instant, data: item)
    }
  }
}

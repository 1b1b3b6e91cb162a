import Contracts
import FoundationEssentials
import HTTPServer
import Messaging

extension RouteTable {
  /// `GET /api/mailouts/{id}/events`: server-sent events until the mailout is over, and no longer than the caller's
  /// credential and `longest`. What happens to the mailout is told to those alone who may read its timeline.
  static func follow(_ followers: MailoutFollowers, for longest: Duration) -> Route {
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
      let end = ContinuousClock.now + length(until: call.credentialEnd, longest)
      let hearsChanges = call.caller.scopes.contains("mailouts:read")
      return HTTPResponse(
        status: 200,
        headers: [
          "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
        ],
        body: .stream { writer in
          // Not before: a client that is gone by now never gets here.
          let seat = try followers.join(id, shown: first, now: now, changes: hearsChanges)
          defer { followers.leave(seat) }
          let ending = Task {
            try await Task.sleep(until: end, clock: .continuous)
            seat.end()
          }
          defer { ending.cancel() }
          try await writer.write(ServerSentEvent.retry.bytes)
          if let since, hearsChanges {
            for event in await missed(id, since: since, call) { try await writer.write(event.bytes) }
          }
          try await writer.write(ServerSentEvent("progress", id: now, data: first.json).bytes)
          if first.isOver { return }
          for await event in seat.events { try await writer.write(event.bytes) }
        })
    }
  }

  /// How long a stream may last that begins now.
  private static func length(until end: Date?, _ longest: Duration) -> Duration {
    guard let end else { return longest }
    return .seconds(max(0, min(end.timeIntervalSince(.now), longest / .seconds(1))))
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
  private static func missed(_ id: Int64, since: Int64, _ call: Call) async -> [ServerSentEvent] {
    let data: JSON = ["id": .integer(id), "limit": 1000, "after": .string("\(since).\(Int64.max).0")]
    guard
      let reply = try? await call.perform(.mailoutTimeline, data.bytes),
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

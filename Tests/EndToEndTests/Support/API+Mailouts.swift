import Contracts
import Foundation
import Testing

/// What most tests of the engine order.
extension API {
  /// So many customers with phones from one on.
  /// - Returns: a tag that they alone have.
  func audience(_ count: Int, from phone: Int64) async throws -> String {
    let tag = "audience-\(UInt32.random(in: 0 ... .max))"
    let lines = (0..<Int64(count)).map { "\(phone + $0),\(tag)" }
    let summary = try await importCSV("phone,tags\n" + lines.joined(separator: "\n") + "\n")
    try #require(summary["rejected"] == 0, "\(summary)")
    return tag
  }

  /// A mailout to everybody with the tag.
  /// - Parameter more: its further fields.
  func mailout(to tag: String, until end: Date = .now + 7200, _ more: [String: JSON] = [:]) async throws -> Int64 {
    var body = more
    body["text"] = "Engine"
    body["filter"] = ["tags": [.string(tag)]]
    body["end_at"] = .string(Timestamp.format(end))
    return try await createMailout(.object(body))
  }

  /// `pause`, `resume`, `cancel` and so on, which must be accepted; returns when it is answered.
  @discardableResult
  func order(_ what: String, _ id: Int64) async throws -> JSON {
    let answer = try await send(.post, "/api/mailouts/\(id)/\(what)")
    try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
    return try answer.json
  }

  /// Changes fields of a mailout, which must be accepted.
  func change(_ id: Int64, _ changes: JSON) async throws {
    let answer = try await send(.patch, "/api/mailouts/\(id)", body: changes.bytes)
    try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
  }

  /// Moves a mailout's end near; further off where it had come before the order arrived.
  /// - Parameter lead: in so many seconds. What has to be known everywhere before the end needs some.
  /// - Returns: the end that holds.
  func end(_ id: Int64, in lead: TimeInterval) async throws -> Date {
    var lead = lead
    while true {
      let end = Date.now + lead
      let body = JSON.object(["end_at": .string(Timestamp.format(end))]).bytes
      let answer = try await send(.patch, "/api/mailouts/\(id)", body: body)
      if answer.status == 200 { return end }
      try #require(answer.status == 422 && end < .now, "\(String(decoding: answer.body, as: UTF8.self))")
      lead *= 3
    }
  }

  /// Waits until statistics have heard of a mailout: they are told of it when it is made already.
  func known(_ id: Int64) async throws {
    _ = try await eventually("statistics know mailout \(id)") {
      try await get("/api/mailouts/\(id)/stats").status == 200 ? true : nil
    }
  }

  /// Waits until the last batch is settled: then nothing can be called any more.
  @discardableResult
  func drained(_ id: Int64) async throws -> JSON {
    try await eventually("mailout \(id) is drained") {
      let mailout = try await get("/api/mailouts/\(id)").json
      return mailout["finished_at"]?.text == nil ? nil : mailout
    }
  }

  /// Types of the events that a mailout's timeline has, once it has its end: statistics read them from a queue of their
  /// own.
  func timeline(_ id: Int64) async throws -> [String] {
    try await eventually("the end of mailout \(id) is in its timeline") {
      let items = try await get("/api/mailouts/\(id)/timeline").json["items"]?.elements ?? []
      let types = items.compactMap { $0["type"]?.text }
      // Of several schedulers another may tell of the start, and later.
      return types.contains("mailout.finished") && types.contains("mailout.started") ? types : nil
    }
  }
}

extension JSON {
  /// A count in a mailout's statistics; 0 where there is none.
  func count(_ status: String) -> Int64 { self["counts"]?[status]?.number ?? 0 }

  /// Of a mailout that is over: everybody it was for, those it never got to included.
  var everybody: Int64 {
    ["sent", "rejected", "failed", "expired", "cancelled"].reduce(self["not_reached"]?.number ?? 0) { $0 + count($1) }
  }
}

import Contracts
import Foundation
import HTTPClient
import Testing

/// The fake send API: what it was told to do, and what it has seen.
struct Fake: Sendable {
  private let api: API

  /// - Parameter number: 1 is the provider `default`; the others become providers by `TestProvider`.
  static func shared(_ number: Int = 1) async throws -> Fake {
    let stack = try await Stack.shared()
    return Fake(api: API(base: try stack.value(number == 1 ? "FAKE_PROVIDER_URL" : "FAKE_PROVIDER_\(number)_URL")))
  }

  var url: String { api.base }

  /// Forgets every call, and behaves well again.
  func reset() async throws {
    let answers = [
      try await api.send(.post, "/fake/reset"), try await api.send(.put, "/fake/behaviour", body: Array("{}".utf8)),
    ]
    for answer in answers { try #require((200...204).contains(answer.status)) }
  }

  func behave(_ behaviour: JSON) async throws {
    let answer = try await api.send(.put, "/fake/behaviour", body: behaviour.bytes)
    try #require((200...204).contains(answer.status), "\(String(decoding: answer.body, as: UTF8.self))")
  }

  func stats() async throws -> JSON { try await api.get("/fake/stats").json }

  struct Call: Sendable {
    let id: Int64
    let phone: Int64
    let count: Int64
    /// Microseconds since 1970.
    let firstArrival: Int64
    let lastArrival: Int64
  }

  /// When the last call came.
  func lastArrival() async throws -> Date { try Timestamp.parse(try #require(try await stats()["last_arrival"]?.text)) }

  /// Waits for so many different messages.
  func calls(atLeast count: Int64) async throws {
    _ = try await eventually("\(count) calls") {
      try await stats()["unique"]?.number ?? 0 >= count ? true : nil
    }
  }

  /// Every id it was called with, in the order of first calls.
  func calls() async throws -> [Call] {
    var calls: [Call] = []
    while true {
      let answer = try await api.get("/fake/calls?after=\(calls.count)&limit=10000")
      let page = try answer.body.split(separator: UInt8(ascii: "\n")).map { line in
        let json = try JSON.parse(Array(line))
        return Call(
          id: try #require(json["id"]?.number), phone: try #require(json["phone"]?.number),
          count: try #require(json["count"]?.number),
          firstArrival: try #require(json["first_arrival_us"]?.number),
          lastArrival: try #require(json["last_arrival_us"]?.number))
      }
      if page.isEmpty { return calls }
      calls += page
    }
  }

  func call(_ id: Int64) async throws -> JSON { try await api.get("/fake/calls/\(id)").json }
}

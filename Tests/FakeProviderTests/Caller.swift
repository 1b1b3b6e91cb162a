import FoundationEssentials
import HTTPServer
import Service

@testable import FakeProvider

/// Calls a fake API without a server.
struct Caller: Sendable {
  let api: FakeAPI
  var token = "Bearer aa.bb.cc"

  init(token: String? = nil, keepsAllTexts: Bool = false) {
    api = FakeAPI(token: token.map { Secret($0) }, keepsAllTexts: keepsAllTexts)
  }

  func send(_ id: Int64, phone: Int64 = 79_161_234_567, text: String = "Hello") async throws -> HTTPResponse {
    try await post("/v1/send/\(id)", #"{"id": \#(id), "phone": \#(phone), "text": "\#(text)"}"#)
  }

  func post(_ target: String, _ body: String = "") async throws -> HTTPResponse {
    await api.handle(
      try HTTPRequest(
        method: .post, target: target, headers: ["Authorization": token], body: Array(body.utf8)))
  }

  func put(_ behaviour: String) async throws -> HTTPResponse {
    await api.handle(try HTTPRequest(method: .put, target: "/fake/behaviour", body: Array(behaviour.utf8)))
  }

  func get(_ target: String) async throws -> HTTPResponse {
    await api.handle(try HTTPRequest(method: .get, target: target))
  }

  func stats() async throws -> Stats {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Stats.self, from: Data(try await get("/fake/stats").body.bytes ?? []))
  }

  struct Stats: Decodable {
    let calls, unique, duplicates, accepted, acceptedUnique, acceptedDuplicates, inFlight: Int
    let firstArrival, lastArrival: String?
    let byAnswer, refused: [String: Int]
  }
}

extension HTTPResponse {
  var text: String { String(decoding: body.bytes ?? [], as: UTF8.self) }
}

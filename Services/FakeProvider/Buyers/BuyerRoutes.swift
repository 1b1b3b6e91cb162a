import FoundationEssentials
import HTTPServer
import Synchronization

/// Fake buyers of leads, any number of them under names of the caller's: `POST /buyers/{name}/Authenticate` and
/// `POST /buyers/{name}/ClientRecords`, and their remote control `/fake/buyers/{name}`.
final class BuyerRoutes: Sendable {
  private static let forever = Duration.seconds(7 * 86_400)
  private static let maxBuyers = 1000

  private let buyers = Mutex<[String: FakeBuyer]>([:])

  func add(to router: inout Router) {
    router.on(.post, "/buyers/{name}/Authenticate", timeout: Self.forever) { [self] request, path in
      try await logIn(request, try path.require("name"))
    }
    router.on(.post, "/buyers/{name}/ClientRecords", timeout: Self.forever) { [self] request, path in
      try await take(request, try path.require("name"))
    }
    router.on(.get, "/fake/buyers/{name}") { [self] _, path in
      try .encoded(BuyerView(change(try path.require("name")) { $0 }))
    }
    router.on(.put, "/fake/buyers/{name}") { [self] request, path in
      let body = Data(try await request.body.collect(upTo: 1 << 16))
      guard let behaviour = try? JSONDecoder().decode(BuyerBehaviour.self, from: body) else {
        return Self.message("a behaviour has answer, authentication and password", status: 400)
      }
      change(try path.require("name")) { $0.behaviour = behaviour }
      return try .encoded(behaviour)
    }
  }

  private func logIn(_ request: HTTPRequest, _ name: String) async throws -> HTTPResponse {
    struct Credentials: Decodable {
      let password: String?

      enum CodingKeys: String, CodingKey {
        case password = "Password"
      }
    }
    let body = Data(try await request.body.collect(upTo: 1 << 16))
    let credentials = try? JSONDecoder().decode(Credentials.self, from: body)
    let (behaviour, token) = change(name) { ($0.behaviour, $0.logIn(password: credentials?.password)) }
    switch behaviour.authentication {
    case .refused: return Self.message("log-in refused", status: 401)
    case .garbage: return .text("come in\n")
    case .hang:
      try? await Task.sleep(for: Self.forever)
      return HTTPResponse(status: 200, body: .cut)
    case .ok: break
    }
    guard let token else { return Self.message("log-in refused", status: 401) }
    return .json(Array(#"{"Token":"\#(token)"}"#.utf8))
  }

  private func take(_ request: HTTPRequest, _ name: String) async throws -> HTTPResponse {
    let body = try await request.body.collect(upTo: 1 << 20)
    guard change(name, { $0.knows(request.headers["Token"]) }) else { return Self.message("no token", status: 401) }
    guard let lead = try? JSONDecoder().decode([String: LeadValue].self, from: Data(body)) else {
      return .json(Array(#"{"Message":"the lead cannot be read","Records":[{}]}"#.utf8), status: 400)
    }
    let (behaviour, id) = change(name) { ($0.behaviour, $0.take(lead, body)) }
    guard let id else { return .json(Array(#"{"Message":"This lead is a duplicate","Records":[]}"#.utf8), status: 400) }
    switch behaviour.answer {
    case .ok: return Self.taken(id, status: 200)
    case .created: return Self.taken(id, status: 201)
    case .accepted: return Self.taken(id, status: 202)
    case .refused: return Self.message("not in our area", status: 422)
    case .invalid: return .json(Array(#"{"Message":"a field is wrong","Records":[{}]}"#.utf8), status: 400)
    case .unauthorized: return Self.message("the token has expired", status: 401)
    case .gone: return Self.message("nothing here", status: 404)
    case .fail: return Self.message("the buyer failed", status: 500)
    case .garbage: return .text("It works!\n")
    case .hang:
      try? await Task.sleep(for: Self.forever)
      return HTTPResponse(status: 200, body: .cut)
    case .drop: return HTTPResponse(status: 200, body: .cut)
    }
  }

  /// Reads or changes a buyer; one that is not known yet is there from now on.
  @discardableResult private func change<Value: Sendable>(
    _ name: String, _ body: @Sendable (inout FakeBuyer) -> Value
  ) -> Value {
    buyers.withLock { buyers in
      if buyers[name] == nil && buyers.count >= Self.maxBuyers { buyers.removeAll() }
      return body(&buyers[name, default: FakeBuyer()])
    }
  }

  private static func taken(_ id: Int, status: Int) -> HTTPResponse {
    .json(Array(#"{"Message":"OK","Records":[{"Id":\#(id)}]}"#.utf8), status: status)
  }

  private static func message(_ text: String, status: Int) -> HTTPResponse {
    .json(Array(#"{"Message":"\#(text)","Records":[]}"#.utf8), status: status)
  }
}

/// What the remote control shows of a buyer.
private struct BuyerView: Encodable {
  let behaviour: BuyerBehaviour
  let authentications: Int
  let calls: Int
  let taken: Int
  /// The last lead, as the text it came as.
  let last: String

  init(_ buyer: FakeBuyer) {
    behaviour = buyer.behaviour
    authentications = buyer.logIns
    calls = buyer.calls
    taken = buyer.taken
    last = String(decoding: buyer.last, as: UTF8.self)
  }
}

import HTTPServer

/// The remote control: what came, and what is answered.
struct ControlRoutes: Sendable {
  let log: CallLog
  let behaviour: BehaviourBox
  let buyers = BuyerRoutes()

  var router: Router {
    var router = Router(onError: Self.render)
    let (log, behaviour) = (log, behaviour)
    router.on(.get, "/readyz") { _, _ in .text("ok\n") }
    router.on(.get, "/fake/stats") { _, _ in try .encoded(log.stats) }
    router.on(.get, "/fake/calls/{id}") { _, path in
      guard let found = log.find(try path.require("id", as: Int64.self)) else {
        throw ControlError(404, "no call for this id")
      }
      return try .encoded(CallView(found.record, text: found.text))
    }
    router.on(.get, "/fake/calls") { request, _ in
      let after = Int(try Self.number(request, "after", 0...Int64.max) ?? 0)
      let limit = Int(try Self.number(request, "limit", 1...100_000) ?? 1000)
      return Self.lines(log.page(from: after, limit: limit), after: after)
    }
    router.on(.get, "/fake/behaviour") { _, _ in try .encoded(behaviour.value) }
    router.on(.put, "/fake/behaviour") { request, _ in
      let wanted = try Behaviour.decode(try await request.body.collect(upTo: 1 << 20))
      behaviour.value = wanted
      return try .encoded(wanted)
    }
    router.on(.post, "/fake/reset") { _, _ in
      log.reset()
      return HTTPResponse(status: 204)
    }
    buyers.add(to: &router)
    return router
  }

  private static func number(_ request: HTTPRequest, _ name: String, _ range: ClosedRange<Int64>) throws -> Int64? {
    guard let text = request.query[name] else { return nil }
    guard let number = Int64(pathValue: text), range.contains(number) else {
      throw ControlError(400, "\(name) must be an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private static func lines(_ records: [CallRecord], after: Int) -> HTTPResponse {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(records.count * 192)
    for (index, record) in records.enumerated() {
      bytes +=
        #"{"sequence":\#(after + index + 1),"id":\#(record.id),"phone":\#(record.phone),"count":\#(record.calls),"#.utf8
      bytes += #""accepted":\#(record.accepted),"text_hash":"\#(CallView.hexadecimal(record.textHash))","#.utf8
      bytes += #""first_arrival_us":\#(record.firstArrival / 1000),"#.utf8
      bytes += #""last_arrival_us":\#(record.lastArrival / 1000)}"#.utf8
      bytes.append(UInt8(ascii: "\n"))
    }
    return HTTPResponse(status: 200, headers: ["Content-Type": "application/x-ndjson"], body: .bytes(bytes))
  }

  private static func render(_ error: any Error, _ request: HTTPRequest) -> HTTPResponse {
    let status =
      switch error {
      case let error as ControlError: error.status
      case let error as HTTPRouteError: error.status
      case let error as HTTPServerError: error.status
      case is BehaviourError: 400
      default: 500
      }
    let problem = Problem(code: status, message: "\(error)")
    var response = (try? HTTPResponse.encoded(problem)) ?? HTTPResponse(status: status)
    response.status = status
    return response
  }

  private struct Problem: Encodable {
    let code: Int
    let message: String
  }
}

/// A request to the remote control that cannot be met.
private struct ControlError: Error, CustomStringConvertible {
  let status: Int
  let description: String

  init(_ status: Int, _ description: String) {
    self.status = status
    self.description = description
  }
}

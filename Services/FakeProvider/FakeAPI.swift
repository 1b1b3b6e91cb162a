import HTTPServer
import Service

/// The send API `POST /v1/send/{msgId}`, and its remote control under `/fake`.
struct FakeAPI: HTTPHandler {
  let log: CallLog
  let behaviour: BehaviourBox
  private let bearer: Bearer
  private let control: Router

  init(token: Secret? = nil, keepsAllTexts: Bool = false) {
    bearer = Bearer(token)
    log = CallLog(keepsAllTexts: keepsAllTexts)
    behaviour = BehaviourBox()
    control = ControlRoutes(log: log, behaviour: behaviour).router
  }

  func handle(_ request: HTTPRequest) async -> HTTPResponse { await plan(for: request).run(request) }

  /// Calls that are answered at once are answered on the server's thread, those that wait in a task.
  func plan(for request: HTTPRequest) -> HTTPPlan {
    guard request.method == .post, let id = sentID(request) else { return control.plan(for: request) }
    let behaviour = behaviour.value
    let attempt = behaviour.isPlain ? 0 : log.attempts(id ?? 0)
    let answer = behaviour.answer(id: id ?? 0, attempt: attempt)
    let delay = behaviour.delay(answer, id: id ?? 0, attempt: attempt)
    let retryAfter = behaviour.retryAfterS
    if delay == .zero && !behaviour.hold {
      return HTTPPlan(
        work: .inline { request, body in
          switch receive(request, body, id) {
          case .failure(let refusal): return refuse(refusal)
          case .success(let call):
            log.take(call, at: ArrivalTime.now, answer: answer)
            return answer.response(retryAfter: retryAfter)
          }
        }, route: Self.pattern)
    }
    return HTTPPlan(
      work: .async { request in
        switch receive(request, request.body.buffered ?? [], id) {
        case .failure(let refusal): return refuse(refusal)
        case .success(let call):
          let place = log.open(call, at: ArrivalTime.now)
          // Cancelled when the client goes; then nothing reaches it, however the call would have ended.
          let waited = (try? await wait(delay)) != nil
          log.settle(place, waited ? answer : .hang)
          return answer.response(retryAfter: retryAfter)
        }
      }, route: Self.pattern, timeout: Self.forever)
  }

  private static let pattern = "/v1/send/{msgId}"
  private static let forever = Duration.seconds(7 * 86_400)

  /// For as long as the call takes, and beyond it while answers are held back: thousands may look now and then.
  private func wait(_ delay: Duration?) async throws {
    try await Task.sleep(for: delay ?? Self.forever)
    while behaviour.value.hold { try await Task.sleep(for: .milliseconds(200)) }
  }

  /// Nil where the request is no call; an inner nil where its id is no number.
  private func sentID(_ request: HTTPRequest) -> Int64?? {
    let parts = request.segments
    guard parts.count == 3, parts[1] == "send", parts[0] == "v1" else { return nil }
    return .some(Int64(pathValue: parts[2]))
  }

  private func receive(_ request: HTTPRequest, _ body: [UInt8], _ id: Int64?) -> Result<SendCall, RefusedCall> {
    guard bearer.accepts(request.headers["Authorization"]) else {
      return .failure(RefusedCall(.unauthorized, "a bearer token is needed"))
    }
    guard let id else { return .failure(RefusedCall(.malformed, "the id in the path is no number")) }
    guard let call = SendCall(body) else {
      return .failure(RefusedCall(.malformed, "the body needs id and phone as numbers and text as a string"))
    }
    guard call.id == id else { return .failure(RefusedCall(.malformed, "the ids of path and body differ")) }
    return .success(call)
  }

  private func refuse(_ refused: RefusedCall) -> HTTPResponse {
    log.refuse(refused.reason)
    let status = refused.reason == .unauthorized ? 401 : 400
    var response = HTTPResponse.code(status, refused.message, status: status)
    if status == 401 { response.headers["WWW-Authenticate"] = "Bearer" }
    return response
  }
}

/// Why a call was refused, in words.
private struct RefusedCall: Error {
  let reason: Refusal
  let message: String

  init(_ reason: Refusal, _ message: String) {
    self.reason = reason
    self.message = message
  }
}

import Contracts
import HTTPServer
import Messaging

/// How an operation's reply becomes an answer. The body is passed on as the bytes it is.
enum OperationOutput: Sendable {
  /// 200 and the thing.
  case value
  /// 201, the thing, and where it is from now on: the route's own path and the thing's id.
  case created
  /// 201 and the thing it was added to.
  case added
  /// 204.
  case nothing
  /// 200 and a page of a list, with a link to the next one.
  case page

  func response(_ reply: OperationReply, to call: Call) -> HTTPResponse {
    guard case .nothing = self else { return withBody(reply, call) }
    return HTTPResponse(status: 204)
  }

  private func withBody(_ reply: OperationReply, _ call: Call) -> HTTPResponse {
    var response = HTTPResponse.json(reply.body)
    if let version = reply.etag {
      response.headers.add("ETag", EntityTag.quoted(version))
      if call.isRead, EntityTag.isKnown(version, to: call.request.headers) {
        response.status = 304
        response.body = .empty
      }
    }
    switch self {
    case .created:
      response.status = 201
      if let id = Self.id(reply.body) { response.headers.add("Location", "\(Self.collection(call))/\(id)") }
    case .added:
      response.status = 201
    case .page:
      if let next = Self.next(reply.body) { response.headers.add("Link", Self.link(call.request, next)) }
    case .value, .nothing:
      break
    }
    return response
  }

  private static func id(_ body: [UInt8]) -> Int64? {
    if case .integer(let id)? = AnswerMember.find("id", in: body) { id } else { nil }
  }

  private static func next(_ body: [UInt8]) -> String? {
    if case .string(let cursor)? = AnswerMember.find("next", in: body) { cursor } else { nil }
  }

  private static func collection(_ call: Call) -> Substring {
    call.request.path.hasSuffix("/") ? call.request.path.dropLast() : call.request.path[...]
  }

  /// The same request with another cursor.
  static func link(_ request: HTTPRequest, _ next: String) -> String {
    let kept = request.query.filter { $0.name != "after" } + [(name: "after", value: next)]
    let query = kept.map { "\(URLText.escape($0.name))=\(URLText.escape($0.value))" }.joined(separator: "&")
    return "<\(request.path)?\(query)>; rel=\"next\""
  }
}

import Contracts
import HTTPServer

/// Errors as programs that speak to contacts know them: `{"detail": "…"}`, or a list of the fields at fault.
extension Face {
  static let contacts = Face(name: "contacts", schema: "ContactError") { render($0) { .array($0) } }

  /// The list of changed contacts wraps its faults once more.
  static let contactUpdates = Face(name: "contacts", schema: "ContactError") {
    render($0) { ["errors": .array($0)] }
  }

  private static func render(_ refusal: Refusal, fields: ([JSON]) -> JSON) -> HTTPResponse {
    let document = refusal.document
    let faults = (document.errors ?? []).map(fault)
    let detail: JSON = document.status == 422 && !faults.isEmpty ? fields(faults) : .string(text(of: refusal))
    // Programs look at the challenge, and know this one.
    let headers = refusal.headers.map { name, value in
      (name: name, value: document.status == 401 && name == "WWW-Authenticate" ? "Bearer" : value)
    }
    return HTTPResponse(
      status: refusal.fault == .disabledClient ? 400 : document.status,
      headers: HTTPHeaders([(name: "Content-Type", value: MediaType.json.rawValue)] + headers),
      body: .bytes(JSON.object(["detail": detail]).bytes))
  }

  private static func text(of refusal: Refusal) -> String {
    switch refusal.fault {
    case .missing: "Not authenticated"
    case .bad: "Could not validate credentials"
    case .disabledClient: "API Client has been disabled"
    case .lacksScope: "Permission(s) required: \(scope(in: refusal))"
    case nil: refusal.document.detail
    }
  }

  /// What is lacking, as the challenge says it: `…, scope="contacts:write"`.
  private static func scope(in refusal: Refusal) -> Substring {
    let challenge = refusal.headers.first { $0.name == "WWW-Authenticate" }?.value ?? ""
    guard let start = challenge.firstRange(of: "scope=\"")?.upperBound else { return "" }
    return challenge[start...].prefix { $0 != "\"" }
  }

  /// `{"type", "loc", "msg", "input"}`; the place is the body, the query or the path, and the way from there.
  private static func fault(_ field: Problem.Field) -> JSON {
    var parts = field.pointer.split(separator: "/").map {
      String($0).replacing("~1", with: "/").replacing("~0", with: "~")
    }
    let place: String
    switch parts.first {
    case "body", "changes":
      place = "body"
      parts.removeFirst()
    case "filter":
      place = "query"
      parts.removeFirst()
    default: place = "path"
    }
    let way = parts.map { part in Int64(part).map(JSON.integer) ?? .string(part) }
    return [
      "type": .string(field.kind ?? "value_error"), "loc": .array([.string(place)] + way),
      "msg": .string(field.detail), "input": field.input ?? .null,
    ]
  }
}

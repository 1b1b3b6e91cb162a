import Contracts
import HTTPServer

extension Face {
  /// As the framework of the customer interface tells errors: `{"type", "title", "status", "detail"}`, the title being
  /// the status in words. Wrong fields are 400, as is what exists already.
  static let profiles = Face(name: "profiles", mediaType: Refusal.mediaType) { refusal in
    var refusal = refusal
    let errors = refusal.document.errors ?? []
    switch refusal.document.status {
    case 422:
      refusal.document.status = 400
      if !errors.isEmpty { refusal.document.detail = errors.map(sentence).joined(separator: "; ") }
    case 409 where !errors.isEmpty: refusal.document.status = 400
    default: break
    }
    refusal.document.errors = errors.isEmpty ? nil : errors.map { Problem.Field(pointer($0), $0.detail) }
    refusal.document.type = "about:blank"
    refusal.document.title = titles[refusal.document.status] ?? refusal.document.title
    return refusal.response
  }

  private static func sentence(_ field: Problem.Field) -> String {
    let name = pointer(field).dropFirst()
    if name.isEmpty { return "the body \(field.detail)" }
    return switch field.detail {
    case "is required": "'\(name)' is a required property"
    default: "'\(name)' \(field.detail)"
    }
  }

  /// Into the body as the client sent it.
  private static func pointer(_ field: Problem.Field) -> String {
    let prefix = "/changes"
    return field.pointer.hasPrefix(prefix) ? String(field.pointer.dropFirst(prefix.count)) : field.pointer
  }

  private static let titles = [
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 409: "Conflict", 413: "Payload Too Large", 415: "Unsupported Media Type",
    429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable",
  ]
}

import Contracts
import HTTPServer

extension Face {
  /// What lead sources read: `{"request_details", "response_details", "error", "error_message"}`.
  static let leads = Face(name: "leads") { refusal in
    let document = refusal.document
    let fields = (document.errors ?? []).map { "\($0.pointer.dropFirst()) \($0.detail)" }
    let body: JSON = [
      "request_details": [:], "response_details": [:], "error": .string(document.title),
      "error_message": .string(([document.detail] + fields).joined(separator: " ")),
    ]
    return refusal.response(body)
  }
}

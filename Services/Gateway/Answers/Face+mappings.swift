import Contracts
import HTTPServer

extension Face {
  /// As Django REST framework tells errors: `{"detail"}`, or for fields `{"<field>": ["…"]}`. A credential that is
  /// denied is 403 there.
  static let mappings = Face(name: "mappings") { refusal in
    var refusal = refusal
    let document = refusal.document
    switch document.status {
    case 401:
      let isDenied = refusal.headers.contains { $0.value.contains("error=") }
      if isDenied { refusal.document.status = 403 }
      return refusal.response(["detail": "Authentication credentials were not provided."])
    case 403: return refusal.response(["detail": "You do not have permission to perform this action."])
    case 404: return refusal.response(["detail": "Not found."])
    case 422:
      refusal.document.status = 400
      guard let errors = document.errors, !errors.isEmpty else { break }
      let fields = errors.map { (String($0.pointer.dropFirst()), JSON.array([.string(sentence($0.detail))])) }
      return refusal.response(.object(Dictionary(fields) { first, _ in first }))
    default: break
    }
    return refusal.response(["detail": .string(document.detail)])
  }

  private static func sentence(_ detail: String) -> String {
    switch detail {
    case "is required": "This field is required."
    case "must not be null": "This field may not be null."
    case "must not be empty": "This field may not be blank."
    case _ where detail.hasSuffix("."): detail
    default: "This field \(detail)."
    }
  }
}

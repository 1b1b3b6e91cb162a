import Contracts
import FoundationEssentials
import HTTPServer

extension Face {
  /// `{"detail": "…"}`, as the token endpoint of the contact interface has always answered.
  static let detail = Face(name: "detail") { refusal in
    HTTPResponse(
      status: refusal.document.status,
      headers: HTTPHeaders([(name: "Content-Type", value: MediaType.json.rawValue)] + refusal.headers),
      body: .bytes(JSON.object(["detail": .string(refusal.document.detail)]).bytes))
  }
}

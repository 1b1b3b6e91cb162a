import FoundationEssentials
import HTTPServer

extension HTTPResponse {
  /// The provider's own body: `{"code":0,"message":"OK"}`.
  static func code(_ code: Int, _ message: String, status: Int) -> HTTPResponse {
    if code == 0 { return accepted }
    return .json(Array(#"{"code":\#(code),"message":"\#(message)"}"#.utf8), status: status)
  }

  /// With `Retry-After` in seconds; without for 0.
  func retrying(after seconds: Int) -> HTTPResponse {
    var response = self
    if seconds > 0 { response.headers["Retry-After"] = String(seconds) }
    return response
  }

  /// A value as JSON.
  static func encoded(_ value: some Encodable) throws -> HTTPResponse {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return .json(Array(try encoder.encode(value)))
  }

  private static let accepted = HTTPResponse.json(Array(#"{"code":0,"message":"OK"}"#.utf8))
}

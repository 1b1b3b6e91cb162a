import Contracts
import FoundationEssentials

/// URLs of a provider.
enum OpenIDURL {
  static let accepted = "an https URL (http only on this machine)"
  private static let local: Set<String> = ["127.0.0.1", "localhost", "::1", "[::1]"]

  /// Nobody on the way can read or change what is said there.
  static func isTrustworthy(_ text: String) -> Bool {
    guard let url = URL(string: text), let host = url.host(), !host.isEmpty, url.user() == nil else { return false }
    switch url.scheme?.lowercased() {
    case "https": return true
    case "http": return local.contains(host)
    default: return false
    }
  }

  /// Whether a browser can be sent there.
  static func isWeb(_ text: String) -> Bool {
    guard let url = URL(string: text), let host = url.host(), !host.isEmpty else { return false }
    return ["https", "http"].contains(url.scheme?.lowercased())
  }

  /// A URL with parameters added to its query.
  static func adding(_ parameters: [(name: String, value: String)], to url: String) -> String {
    let query = form(parameters)
    return url + (url.contains("?") ? "&" : "?") + query
  }

  /// `application/x-www-form-urlencoded`
  static func form(_ parameters: [(name: String, value: String)]) -> String {
    parameters.map { "\(URLText.escape($0.name))=\(URLText.escape($0.value))" }.joined(separator: "&")
  }
}

import Contracts
import HTTPServer

/// What a browser is shown that comes back from the OpenID Connect provider: it takes the tokens along to the web UI,
/// which finds them in the session storage of its tab, or says why there are none.
enum LoginPage {
  /// Whether a person's browser asks, rather than a program.
  static func isWanted(_ headers: HTTPHeaders) -> Bool { headers["Accept"]?.contains("text/html") ?? false }

  /// - Parameter tokens: as `POST /auth/token` answers them.
  static func loggedIn(_ tokens: JSON) -> HTTPResponse {
    // In data, not in a script: and no text in it may end its element.
    let data = String(decoding: tokens.bytes, as: UTF8.self).replacing("<", with: "\\u003c")
    return page(
      status: 200, title: "Logged in",
      """
      <p>You are logged in. <a href="/">Go on</a></p>
      <script type="application/json" id="tokens">\(data)</script>
      <script src="/docs/logged-in.js"></script>
      """)
  }

  static func refused(_ refusal: Refusal) -> HTTPResponse {
    var response = page(
      status: refusal.document.status, title: "Not logged in",
      """
      <p>\(escaped(refusal.document.detail))</p>
      <p><a href="/auth/oidc/login">Try again</a></p>
      """)
    for header in refusal.headers { response.headers.add(header.name, header.value) }
    return response
  }

  /// Leaves the tokens where pages of this origin and this tab alone read them, and goes on.
  static let script = StaticFile(
    """
    sessionStorage.setItem("mailout.tokens", document.getElementById("tokens").textContent);
    location.replace("/");

    """, type: "text/javascript; charset=utf-8", caching: "no-cache")

  private static func page(status: Int, title: String, _ content: String) -> HTTPResponse {
    let html = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Mailout: \(title)</title>
      </head>
      <body>
      <h1>\(title)</h1>
      \(content)
      </body>
      </html>

      """
    return HTTPResponse(
      status: status,
      headers: [
        "Content-Type": "text/html; charset=utf-8", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
        "Content-Security-Policy":
          "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      ], body: .bytes(Array(html.utf8)))
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}

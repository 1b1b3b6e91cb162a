internal import CSwaggerUI

/// The page that shows `/openapi.json` to people and lets them try it. Everything it loads comes from this gateway.
enum SwaggerUI {
  /// The page itself, as `/docs` and `/api/ui`.
  static let page = StaticFile(
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Mailout API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    </head>
    <body>
    <div id="swagger-ui"></div>
    <noscript>This page needs JavaScript. The description itself is <a href="/openapi.json">/openapi.json</a>.</noscript>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
    </body>
    </html>

    """, type: "text/html; charset=utf-8", caching: "no-cache",
    headers: [
      ("Content-Security-Policy", policy), ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
    ])

  /// What the page loads, by name under `/docs/`.
  static let files: [(name: String, file: StaticFile)] = [
    ("swagger-ui.css", asset(swagger_ui_css, type: "text/css; charset=utf-8")),
    ("swagger-ui-bundle.js", asset(swagger_ui_bundle_js, type: "text/javascript; charset=utf-8")),
    ("logged-in.js", LoginPage.script),
    ("start.js", StaticFile(start, type: "text/javascript; charset=utf-8", caching: "no-cache")),
  ]

  /// Nothing from elsewhere, no inline script. Swagger UI sets styles and shows drawings that are data URLs.
  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  private static let start = """
    window.ui = SwaggerUIBundle({
      url: "/openapi.json",
      dom_id: "#swagger-ui",
      deepLinking: true,
      docExpansion: "none",
      filter: true,
      displayRequestDuration: true,
      validatorUrl: null,
      onComplete() {
        // What the log-in through a provider has left here.
        const tokens = JSON.parse(sessionStorage.getItem("mailout.tokens") || "null");
        if (tokens) window.ui.preauthorizeApiKey("bearer", tokens.access_token);
      },
    });

    """

  private static func asset(_ bytes: (UnsafeMutablePointer<Int>) -> UnsafePointer<UInt8>?, type: String) -> StaticFile {
    var size = 0
    let start = bytes(&size)
    return StaticFile(
      Array(UnsafeBufferPointer(start: start, count: size)), type: type, caching: "public, max-age=86400")
  }
}

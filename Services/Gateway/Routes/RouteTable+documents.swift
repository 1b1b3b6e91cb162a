import HTTPServer

extension RouteTable {
  /// What programs and people read about the API: its descriptions, and the page that shows them.
  static func documents(openAPI: StaticFile, asyncAPI: StaticFile) -> [Route] {
    let pages = [
      ("/docs", SwaggerUI.page), ("/api/ui", SwaggerUI.page), ("/openapi.json", openAPI), ("/asyncapi.json", asyncAPI),
    ]
    let files = SwaggerUI.files.map { ("/docs/\($0.name)", $0.file) }
    return (pages + files).map { pattern, file in
      Route(.get, pattern, .public) { call in file.response(to: call.request.headers) }
    }
  }
}

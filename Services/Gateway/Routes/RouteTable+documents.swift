import HTTPServer

extension RouteTable {
  /// What programs and people read about the API: its descriptions, and the page that shows them.
  /// - Parameter descriptions: nil where the routes are only described themselves.
  static func documents(_ descriptions: APIDescriptions?) -> [Route] {
    let pages = [("/docs", SwaggerUI.page), ("/api/ui", SwaggerUI.page)]
    let files = SwaggerUI.files.map { ("/docs/\($0.name)", $0.file) }
    return [
      Route(.get, "/openapi.json", .public) { call in
        (descriptions?.openAPI ?? .empty).response(to: call.request.headers)
      },
      Route(.get, "/asyncapi.json", .public) { call in
        (descriptions?.asyncAPI ?? .empty).response(to: call.request.headers)
      },
    ]
      + (pages + files).map { pattern, file in
        Route(.get, pattern, .public) { call in file.response(to: call.request.headers) }
      }
  }
}

import Synchronization

/// `/openapi.json` and `/asyncapi.json` of a table of routes, made when one is first asked for: they are large, and most
/// gateways are never asked.
final class APIDescriptions: Sendable {
  private let api: [Route]
  private let documents: [Route]
  private let made = Mutex<(openAPI: StaticFile, asyncAPI: StaticFile)?>(nil)

  /// - Parameters:
  ///   - api: the routes that both describe.
  ///   - documents: those of the documents themselves, which only the first describes.
  init(api: [Route], documents: [Route]) {
    self.api = api
    self.documents = documents
  }

  var openAPI: StaticFile { files.openAPI }
  var asyncAPI: StaticFile { files.asyncAPI }

  private var files: (openAPI: StaticFile, asyncAPI: StaticFile) {
    made.withLock { made in
      if let made { return made }
      let openAPI = OpenAPIDocument(routes: api + documents, fragments: OpenAPIFragments.all)
      let asyncAPI = AsyncAPIDocument(routes: api, openAPI: openAPI.json)
      let files = (openAPI.file, asyncAPI.file)
      made = files
      return files
    }
  }
}

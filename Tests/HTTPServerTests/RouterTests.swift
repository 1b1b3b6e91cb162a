import HTTPServer
import Testing

@Suite struct RouterTests {
  private func named(_ patterns: (HTTPMethod, String)...) -> Router {
    var router = Router()
    for (method, pattern) in patterns { router.on(method, pattern) { _, _ in .text("\(method) \(pattern)") } }
    return router
  }

  private func text(_ router: Router, _ method: HTTPMethod, _ target: String) async throws -> String {
    let response = await router.handle(try HTTPRequest(method: method, target: target))
    return String(decoding: response.body.bytes ?? [], as: UTF8.self)
  }

  @Test func staticPartsWinOverParametersOverTails() async throws {
    let router = named((.get, "/a/{id}"), (.get, "/a/import"), (.get, "/a/{id}/tags"), (.get, "/{rest...}"))
    #expect(try await text(router, .get, "/a/import") == "GET /a/import")
    #expect(try await text(router, .get, "/a/7") == "GET /a/{id}")
    #expect(try await text(router, .get, "/a/import/tags") == "GET /a/{id}/tags")
    #expect(try await text(router, .get, "/a/7/other") == "GET /{rest...}")
    #expect(try await text(router, .get, "/") == "GET /{rest...}")
  }

  @Test func aTrailingSlashMakesNoDifference() async throws {
    let router = named((.get, "/a/{id}/"), (.get, "/"))
    #expect(try await text(router, .get, "/a/7") == "GET /a/{id}/")
    #expect(try await text(router, .get, "/a/7/") == "GET /a/{id}/")
    #expect(try await text(router, .get, "/") == "GET /")
    #expect(await router.handle(try HTTPRequest(method: .get, target: "/a//")).status == 404)
  }

  @Test func otherMethodsAre405WithAllow() async throws {
    let router = named((.get, "/a"), (.put, "/a"))
    let response = await router.handle(try HTTPRequest(method: .delete, target: "/a"))
    #expect(response.status == 405)
    #expect(response.headers["Allow"] == "GET, HEAD, OPTIONS, PUT")
    let options = await router.handle(try HTTPRequest(method: .options, target: "/a"))
    #expect(options.status == 204)
    #expect(options.headers["Allow"] == "GET, HEAD, OPTIONS, PUT")
    #expect(await router.handle(try HTTPRequest(method: .get, target: "/b")).status == 404)
  }

  /// Nobody needs a credential for these.
  @Test func aBodyThatNobodyWantsIsSmall() throws {
    var router = named((.get, "/a"))
    router.on(.get, "/b", body: .unwanted) { _, _ in .text("") }
    for (method, target) in [(HTTPMethod.post, "/nothing"), (.put, "/a"), (.options, "/a"), (.get, "/b")] {
      let plan = router.plan(for: try HTTPRequest(method: method, target: target))
      #expect(plan.body == .buffered(upTo: 4096), "\(method) \(target)")
    }
  }

  @Test func parametersAreDecodedAndTyped() async throws {
    var router = Router()
    router.on(.get, "/{text}/{number}") { _, path in
      .text("\(try path.require("text")) \(try path.require("number", as: Int64.self))")
    }
    #expect(try await text(router, .get, "/a%2Fb%20c/-7") == "a/b c -7")
    for wrong in ["/a/7x", "/a/+7", "/a/9223372036854775808", "/a/%207"] {
      #expect(await router.handle(try HTTPRequest(method: .get, target: wrong)).status == 404)
    }
  }

  @Test func errorsAreRenderedByTheCaller() async throws {
    struct Mine: Error {}
    var router = Router { error, request in .text("\(type(of: error)) \(request.path)", status: 418) }
    router.on(.get, "/mine") { _, _ in throw Mine() }
    #expect(try await text(router, .get, "/mine") == "Mine /mine")
    #expect(try await text(router, .get, "/other") == "HTTPRouteError /other")
    let wrong = await router.handle(try HTTPRequest(method: .post, target: "/mine"))
    #expect(wrong.headers["Allow"] == "GET, HEAD, OPTIONS")
  }

  @Test func routesCarryTheirPatternAndMetadata() throws {
    var router = Router()
    router.on(.get, "/a/{id}", metadata: "customers:read") { _, _ in .text("") }
    router.onInline(.post, "/b", maxBodyBytes: 10, metadata: "b:write") { _, _, _ in .text("") }
    let plan = router.plan(for: try HTTPRequest(method: .head, target: "/a/7"))
    #expect(plan.route == "/a/{id}")
    #expect(plan.metadata as? String == "customers:read")
    #expect(router.routes.map(\.pattern) == ["/a/{id}", "/b"])
    #expect(router.routes[1].body == .buffered(upTo: 10))
    #expect(router.plan(for: try HTTPRequest(method: .get, target: "/c")).route == nil)
  }
}

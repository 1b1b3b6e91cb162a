internal import CMicroHTTPD

extension Exchange {
  /// What the header says of the body.
  private enum Announced {
    case none
    case length(Int)
    case chunked

    var length: Int? {
      switch self {
      case .none: 0
      case .length(let length): length
      case .chunked: nil
      }
    }
  }

  /// The header is complete: decides what becomes of the request. False closes the connection.
  func begin(method name: UnsafePointer<CChar>, version: UnsafePointer<CChar>) -> Bool {
    var announced = Announced.none
    var refusal: HTTPServerError?
    method = HTTPMethod(rawValue: String(cString: name))
    do throws(HTTPServerError) {
      announced = try readHead(hasNUL: version != versionPlace)
    } catch {
      refusal = error
    }
    // From here on other threads see the exchange, and that only reads what was written above.
    client.begin(self)
    core.load.enter()
    counted = true
    if core.isStopping { refusal = HTTPServerError(.stopping, "the server is shutting down") }
    if let refusal { return queue(failure(refusal)) }
    if let plan, let request, plan.body.isStreamed, announced.length != 0, case .async(let work) = plan.work {
      return open(request.with(body: HTTPBody(source: self, contentLength: announced.length)), work)
    }
    stage = .body
    body.reserveCapacity(min(announced.length ?? 0, 64 << 10))
    return true
  }

  private func readHead(hasNUL: Bool) throws(HTTPServerError) -> Announced {
    guard !hasNUL else { throw HTTPServerError(.badRequest, "the target has a NUL") }
    let headers = readHeaders()
    let announced = try Self.announced(headers)
    let request = HTTPRequest(
      method: method, target: try readTarget(headers), headers: headers, body: HTTPBody(),
      remoteAddress: client.remoteAddress)
    self.request = request
    target = []
    let plan = core.handler.plan(for: request)
    self.plan = plan
    try check(announced, plan)
    return announced
  }

  /// Where only the query cannot be read, the path is known all the same to whoever tells of it.
  private func readTarget(_ headers: HTTPHeaders) throws(HTTPServerError) -> HTTPTarget {
    do throws(HTTPServerError) {
      return try HTTPTarget(target)
    } catch {
      if let path = try? HTTPTarget(Array(target.prefix { $0 != UInt8(ascii: "?") })) {
        request = HTTPRequest(
          method: method, target: path, headers: headers, body: HTTPBody(), remoteAddress: client.remoteAddress)
      }
      throw error
    }
  }

  /// The most a body may have.
  var bodyLimit: Int {
    switch plan?.body {
    case .streamed(let limit)?: limit
    case .buffered(let limit?)?: limit
    case .buffered(nil)?, nil: core.configuration.maxBodyBytes
    }
  }

  private func check(_ announced: Announced, _ plan: HTTPPlan) throws(HTTPServerError) {
    if let length = announced.length, length > bodyLimit { throw tooLarge }
    guard case .buffered = plan.body, let length = announced.length, length > 0 else { return }
    guard core.hasRoom(for: length) else { throw .noRoomForBodies }
  }

  var tooLarge: HTTPServerError {
    HTTPServerError(.bodyTooLarge, "the body has more than \(bodyLimit) bytes")
  }

  private static func announced(_ headers: HTTPHeaders) throws(HTTPServerError) -> Announced {
    let length = try headers.single("Content-Length", orThrow: ambiguous)
    let encoding = try headers.single("Transfer-Encoding", orThrow: ambiguous)
    guard length == nil || encoding == nil else { throw ambiguous }
    if let encoding {
      guard encoding.lowercased() == "chunked" else {
        throw HTTPServerError(.badRequest, "the transfer encoding is not chunked")
      }
      return .chunked
    }
    guard let text = length else { return .none }
    guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let length = Int(text) else {
      throw HTTPServerError(.badRequest, "Content-Length is no number")
    }
    return length == 0 ? .none : .length(length)
  }

  private static var ambiguous: HTTPServerError {
    HTTPServerError(.badRequest, "the length of the body is ambiguous")
  }

  private func readHeaders() -> HTTPHeaders {
    var fields: [HTTPHeaders.Field] = []
    fields.reserveCapacity(8)
    withUnsafeMutablePointer(to: &fields) { pointer in
      _ = MHD_get_connection_values_n(
        handle, .HEADER_KIND,
        { context, _, name, nameLength, value, valueLength in
          guard let context, let name else { return .YES }
          let field = (
            name: String(decoding: UnsafeRawBufferPointer(start: name, count: nameLength), as: UTF8.self),
            value: String(decoding: UnsafeRawBufferPointer(start: value, count: valueLength), as: UTF8.self)
          )
          context.assumingMemoryBound(to: [HTTPHeaders.Field].self).pointee.append(field)
          return .YES
        }, pointer)
    }
    return HTTPHeaders(fields)
  }
}

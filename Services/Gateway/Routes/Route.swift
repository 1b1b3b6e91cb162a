import Contracts
import HTTPServer

/// One route, as data: what it answers to, who may use it, what it takes, and what it does.
struct Route: Sendable {
  typealias Handler = @Sendable (Call) async throws -> HTTPResponse

  let method: HTTPMethod
  /// "/api/customers/{id}"; with and without a slash at its end it is the same.
  let pattern: String
  let access: Access
  /// How it tells errors.
  let face: Face
  let body: BodyRule
  /// How long the whole answer may take, from the complete request.
  let timeout: Duration
  let handle: Handler
  /// Where the route is one operation: which, and how a request becomes its data.
  let operation: Operation?
  let input: OperationInput?
  /// The operation that the documents tell of with this route: its own, or the one that it is made of many of.
  let subject: Operation?
  /// Whose id the path has.
  let entity: Entity?

  init(
    _ method: HTTPMethod, _ pattern: String, _ access: Access, face: Face = .problem, body: BodyRule = .none,
    timeout: Duration = .seconds(30), operation: Operation? = nil, input: OperationInput? = nil,
    subject: Operation? = nil, handle: @escaping Handler
  ) {
    self.method = method
    self.pattern = pattern
    self.access = access
    self.face = face
    self.body = body
    self.timeout = timeout
    self.operation = operation
    self.input = input
    self.subject = subject ?? operation
    self.handle = handle
    entity = Entity(pattern: pattern)
  }
}

/// What a router answers itself: no route, no such method, a parameter that does not fit.
public struct HTTPRouteError: Error, Sendable, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// No route has this path.
    case notFound
    /// The path's routes have other methods: `allow`.
    case methodNotAllowed
    /// A path parameter is missing, or not of the type asked for: `parameter`.
    case invalidParameter
  }

  public let code: Code
  public let message: String
  /// The methods the path has.
  public let allow: [HTTPMethod]
  /// The parameter's name.
  public let parameter: String?

  public init(_ code: Code, _ message: String, allow: [HTTPMethod] = [], parameter: String? = nil) {
    self.code = code
    self.message = message
    self.allow = allow
    self.parameter = parameter
  }

  public var description: String { message }

  /// The status that tells a client of this: a parameter that does not fit names nothing that exists.
  public var status: Int { code == .methodNotAllowed ? 405 : 404 }
}

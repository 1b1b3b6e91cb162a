import HTTPServer

/// What body a route takes.
enum BodyRule: Sendable {
  /// None is taken; a small one that comes is ignored, a larger one refused.
  case none
  /// Whole in memory, of one of these types, at most so many bytes.
  case whole([MediaType], upTo: Int)
  /// As `whole`, but it may be left out altogether.
  case optional([MediaType], upTo: Int)
  /// Whole in memory, whatever its type is said to be.
  case untyped(upTo: Int)
  /// Read as it comes.
  case stream([MediaType], upTo: Int)

  /// One JSON text.
  static func json(upTo limit: Int) -> BodyRule { .whole([.json], upTo: limit) }

  var mode: HTTPBodyMode {
    switch self {
    case .none: .unwanted
    case .whole(_, let limit), .optional(_, let limit), .untyped(let limit): .buffered(upTo: limit)
    case .stream(_, let limit): .streamed(upTo: limit)
    }
  }

  /// The types it may have; nil where none is read, or any.
  var types: [MediaType]? {
    switch self {
    case .none, .untyped: nil
    case .whole(let types, _), .optional(let types, _), .stream(let types, _): types
    }
  }

  /// The most bytes; nil where none is read.
  var limit: Int? {
    switch self {
    case .none: nil
    case .whole(_, let limit), .optional(_, let limit), .untyped(let limit), .stream(_, let limit): limit
    }
  }

  /// Refuses other types, before the body is read.
  func check(_ headers: HTTPHeaders) throws(Refusal) {
    switch self {
    case .none, .untyped: return
    case .optional where headers["Content-Type"] == nil: return
    case .whole(let types, _), .optional(let types, _), .stream(let types, _):
      guard let type = MediaType(header: headers["Content-Type"]), types.contains(type) else {
        throw .unsupportedMediaType(types)
      }
    }
  }
}

import Contracts
import HTTPServer

extension Route {
  /// The largest JSON body.
  static let maxJSON = 1 << 20

  /// A route that is one operation.
  init(
    _ method: HTTPMethod, _ pattern: String, _ access: Access, _ operation: Operation,
    _ input: OperationInput, _ output: OperationOutput = .value, face: Face = .problem
  ) {
    let types = input.mediaTypes(method)
    let body: BodyRule =
      if input.isBodyOptional {
        .optional(types, upTo: Self.maxJSON)
      } else {
        input.takesBody ? .whole(types, upTo: Self.maxJSON) : .none
      }
    self.init(method, pattern, access, face: face, body: body, operation: operation, input: input) { call in
      do {
        return output.response(try await call.perform(operation, try input.data(call)), to: call)
      } catch let problem as Problem {
        throw problem.named(as: input)
      }
    }
  }
}

extension Problem {
  /// The same with each fault named as the client wrote it: a filter is a query parameter.
  fileprivate func named(as input: OperationInput) -> Problem {
    if case .list = input { withoutFilter } else { self }
  }

  /// Faults of a list's filter under the names of the query's parameters.
  var withoutFilter: Problem {
    let prefix = "/filter"
    let renamed = errors.map { field in
      field.pointer.hasPrefix(prefix + "/")
        ? Problem.Field(String(field.pointer.dropFirst(prefix.count)), field.detail) : field
    }
    return Problem(code, detail, errors: renamed)
  }
}

/// The parameters of the pattern that a path matched.
public struct HTTPPath: Sendable {
  private let names: [String]
  private let values: [String]

  init(names: [String], values: [String]) {
    self.names = names
    self.values = values
  }

  /// Parameters for calling a handler without a router.
  public init(_ parameters: KeyValuePairs<String, String> = [:]) {
    names = parameters.map(\.key)
    values = parameters.map(\.value)
  }

  /// A parameter's decoded text; nil where the pattern has none of that name.
  public subscript(_ name: String) -> String? {
    names.firstIndex(of: name).map { values[$0] }
  }

  /// A parameter as a value of the type; throws `.invalidParameter` where it does not fit.
  public func require<Value: HTTPPathValue>(_ name: String, as type: Value.Type = String.self)
    throws(HTTPRouteError) -> Value
  {
    guard let text = self[name], let value = Value(pathValue: text) else {
      throw HTTPRouteError(.invalidParameter, "\(name) is not valid in this path", parameter: name)
    }
    return value
  }
}

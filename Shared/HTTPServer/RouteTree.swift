/// Routes by the parts of their paths. Static parts win over parameters, those over a tail.
struct RouteTree: Sendable {
  private struct Node: Sendable {
    var statics: [String: Int] = [:]
    var parameter: Int?
    var tail: Int?
    var routes: [HTTPMethod: Int] = [:]
  }

  private var nodes = [Node()]
  private(set) var routes: [HTTPRoute] = []

  enum Match {
    case found(HTTPRoute, HTTPPath)
    case otherMethods([HTTPMethod])
    case nothing
  }

  /// Adds a route. A pattern declared twice, or one that is not well-formed, is the programmer's mistake.
  mutating func add(_ route: HTTPRoute) {
    var node = 0
    let parts = Self.parts(route.pattern)
    for (index, part) in parts.enumerated() {
      switch part {
      case .fixed(let text):
        node = child(node, \.statics[text])
      case .parameter:
        node = child(node, \.parameter)
      case .tail:
        precondition(index == parts.count - 1, "a tail ends its pattern: \(route.pattern)")
        node = child(node, \.tail)
      }
    }
    precondition(nodes[node].routes[route.method] == nil, "declared twice: \(route.method) \(route.pattern)")
    nodes[node].routes[route.method] = routes.count
    routes.append(route)
  }

  /// The route for a path; HEAD falls back on GET.
  func match(_ method: HTTPMethod, _ segments: [String]) -> Match {
    var values: [String] = []
    guard let node = find(0, segments[...], &values) else { return .nothing }
    let found = nodes[node].routes
    guard let index = found[method] ?? (method == .head ? found[.get] : nil) else {
      return .otherMethods(Self.allowed(Array(found.keys)))
    }
    return .found(routes[index], HTTPPath(names: routes[index].names, values: values))
  }

  /// The names of a pattern's parameters, in order.
  static func names(of pattern: String) -> [String] {
    parts(pattern).compactMap { part in
      switch part {
      case .fixed: nil
      case .parameter(let name), .tail(let name): name
      }
    }
  }

  private enum Part {
    case fixed(String)
    case parameter(String)
    case tail(String)
  }

  private static func parts(_ pattern: String) -> [Part] {
    precondition(pattern.hasPrefix("/"), "a pattern starts with a slash: \(pattern)")
    return pattern.split(separator: "/").map { text in
      guard text.hasPrefix("{"), text.hasSuffix("}") else { return .fixed(String(text)) }
      let name = text.dropFirst().dropLast()
      return name.hasSuffix("...") ? .tail(String(name.dropLast(3))) : .parameter(String(name))
    }
  }

  private mutating func child(_ node: Int, _ path: WritableKeyPath<Node, Int?>) -> Int {
    if let existing = nodes[node][keyPath: path] { return existing }
    nodes.append(Node())
    nodes[node][keyPath: path] = nodes.count - 1
    return nodes.count - 1
  }

  private func find(_ node: Int, _ rest: ArraySlice<String>, _ values: inout [String]) -> Int? {
    let depth = values.count
    if let first = rest.first {
      if let next = nodes[node].statics[first], let found = find(next, rest.dropFirst(), &values) { return found }
      values.removeSubrange(depth...)
    } else if !nodes[node].routes.isEmpty {
      return node
    }
    if let first = rest.first, let next = nodes[node].parameter, !first.isEmpty {
      values.append(first)
      if let found = find(next, rest.dropFirst(), &values) { return found }
      values.removeSubrange(depth...)
    }
    guard let next = nodes[node].tail else { return nil }
    values.append(rest.joined(separator: "/"))
    return next
  }

  private static func allowed(_ methods: [HTTPMethod]) -> [HTTPMethod] {
    var allowed = Set(methods)
    if allowed.contains(.get) { allowed.insert(.head) }
    allowed.insert(.options)
    return allowed.sorted { $0.rawValue < $1.rawValue }
  }
}

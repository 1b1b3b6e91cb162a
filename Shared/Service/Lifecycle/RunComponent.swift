/// A component that is one function, such as a driver's `run()`.
public struct RunComponent: Component {
  public let name: String
  public let stopMode: StopMode
  private let body: @Sendable () async throws -> Void

  public init(_ name: String, stop: StopMode = .cancellation, run body: @escaping @Sendable () async throws -> Void) {
    self.name = name
    stopMode = stop
    self.body = body
  }

  public func run() async throws { try await body() }
}

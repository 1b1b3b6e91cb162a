import Contracts

/// What a service answers to: one handler an operation.
public struct OperationHandlers: Sendable {
  public typealias Handler = @Sendable (OperationRequest) async throws -> OperationReply

  private var handlers: [String: (operation: Operation, handle: Handler)] = [:]

  public init() {}

  /// - Parameter handler: throws a `Problem` for what the caller must hear; anything else is logged and becomes
  ///   `unavailable` or `internal`.
  public mutating func on(_ operation: Operation, _ handler: @escaping Handler) {
    handlers[operation.type] = (operation, handler)
  }

  func find(_ type: String) -> (operation: Operation, handle: Handler)? { handlers[type] }

  /// The operations served.
  public var operations: [Operation] { handlers.values.map(\.operation) }
}

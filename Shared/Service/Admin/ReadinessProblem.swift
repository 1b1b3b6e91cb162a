/// Why a check does not pass.
public struct ReadinessProblem: Error, Sendable, CustomStringConvertible {
  public let description: String

  public init(description: String) {
    self.description = description
  }
}

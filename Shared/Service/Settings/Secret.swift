/// A text that must not be shown: printing, interpolating, reflecting or dumping it gives `***`.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The secret itself, to be handed to what needs it and nothing else.
  public let value: String

  public init(_ value: String) {
    self.value = value
  }

  public var description: String { "***" }
  public var debugDescription: String { "***" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

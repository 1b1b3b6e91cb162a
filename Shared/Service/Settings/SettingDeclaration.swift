/// One setting a process has, for `--help` and the documentation.
public struct SettingDeclaration: Sendable, Equatable {
  /// The environment variable.
  public let name: String
  /// What may be given, in words.
  public let accepted: String
  /// The default as it would be written; nil where there is none.
  public let defaultText: String?
  public let isRequired: Bool
  /// Whether `NAME_FILE` may name a file instead.
  public let isSecret: Bool
  /// What it is for.
  public let help: String
}

/// Who may see a setting's value.
enum SettingVisibility: Sendable {
  case shown
  /// Left out of messages, as it may hold a password by mistake.
  case hidden
  /// Left out of messages, and read from `NAME` or from the file named by `NAME_FILE`.
  case secret
}

/// The text of `--help`.
enum SettingsHelp {
  static func text(name: String, summary: String, _ declarations: [SettingDeclaration]) -> String {
    var lines = [
      "mailout-\(name): \(summary)", "", "Usage: mailout-\(name) [--help | --version]", "",
      "Everything is set in the environment:", "",
    ]
    let width = declarations.map(\.name.count).max() ?? 0
    let margin = String(repeating: " ", count: width + 4)
    for setting in declarations.sorted(by: { $0.name < $1.name }) {
      let padding = String(repeating: " ", count: width - setting.name.count + 2)
      lines.append("  \(setting.name)\(padding)\(setting.help)")
      lines.append("\(margin)\(capitalised(setting.accepted)); \(standard(setting)).")
      if setting.isSecret { lines.append("\(margin)Or \(setting.name)_FILE: a file that holds it.") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func standard(_ setting: SettingDeclaration) -> String {
    if let text = setting.defaultText { return text.isEmpty ? "empty unless set" : "default \(text)" }
    return setting.isRequired ? "required" : "optional"
  }

  private static func capitalised(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}

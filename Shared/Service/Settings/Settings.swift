/// Reads a process's settings from its environment and collects every mistake, to tell them all at once.
///
/// What a reading method answers counts only once `finish()` has not thrown; until then it may be a stand-in. An
/// empty variable counts as not set. Every setting is declared by being read, which is what `--help` prints.
public struct Settings: Sendable {
  private let environment: [String: String]
  /// What has been asked for so far, in that order.
  public private(set) var declarations: [SettingDeclaration] = []
  private var mistakes: [SettingsError.Mistake] = []

  public init(_ environment: [String: String]) {
    self.environment = environment
  }

  /// - Throws: all mistakes, where there is one.
  public func finish() throws(SettingsError) {
    guard mistakes.isEmpty else { throw SettingsError(mistakes: mistakes) }
  }

  /// Adds a mistake that only the caller can see, such as two settings that do not fit each other.
  public mutating func reject(_ name: String, _ problem: String, accepted: String) {
    mistakes.append(SettingsError.Mistake(name: name, code: .unacceptable, problem: problem, accepted: accepted))
  }

  /// Reads one setting of any kind.
  ///
  /// - Parameters:
  ///   - accepted: what may be given, in words: "an integer from 1 to 64".
  ///   - defaultText: the default as it would be written; nil where the setting must be given.
  ///   - isOptional: whether it may be left out though it has no default.
  ///   - parse: nil for a text that is not acceptable.
  /// - Returns: nil where it is not set or not acceptable.
  mutating func read<Value>(
    _ name: String, accepted: String, defaultText: String? = nil, isOptional: Bool = false,
    visibility: SettingVisibility = .shown,
    help: String, parse: (String) -> Value?
  ) -> Value? {
    if !declarations.contains(where: { $0.name == name }) {
      declarations.append(
        SettingDeclaration(
          name: name, accepted: accepted, defaultText: defaultText, isRequired: defaultText == nil && !isOptional,
          isSecret: visibility == .secret, help: help))
    }
    let text: String
    switch find(name, isSecret: visibility == .secret) {
    case .failure(let mistake):
      fail(name, mistake.code, mistake.problem, accepted)
      return nil
    case .success(nil):
      if defaultText == nil && !isOptional { fail(name, .missing, "is not set", accepted) }
      return nil
    case .success(let found?):
      text = found
    }
    guard let value = parse(text) else {
      fail(name, .unacceptable, visibility == .shown ? "is \(text.debugDescription)" : "is not acceptable", accepted)
      return nil
    }
    return value
  }

  private func find(_ name: String, isSecret: Bool) -> Result<String?, SettingsError.Mistake> {
    let direct = value(name)
    guard isSecret, let path = value("\(name)_FILE") else { return .success(direct) }
    func mistake(_ code: SettingsError.Code, _ problem: String) -> Result<String?, SettingsError.Mistake> {
      .failure(SettingsError.Mistake(name: name, code: code, problem: problem, accepted: ""))
    }
    if direct != nil { return mistake(.conflicting, "is set, and \(name)_FILE too") }
    do {
      let text = try TextFile.read(path)
      let trimmed = text.hasSuffix("\r\n") || text.hasSuffix("\n") ? String(text.dropLast()) : text
      return trimmed.isEmpty ? mistake(.unreadable, "names an empty file in \(name)_FILE") : .success(trimmed)
    } catch {
      return mistake(.unreadable, "names a file in \(name)_FILE that cannot be read: \(error)")
    }
  }

  private func value(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private mutating func fail(_ name: String, _ code: SettingsError.Code, _ problem: String, _ accepted: String) {
    mistakes.append(SettingsError.Mistake(name: name, code: code, problem: problem, accepted: accepted))
  }
}

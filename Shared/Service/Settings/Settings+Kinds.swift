extension Settings {
  /// Any text. Without a default it must be given.
  public mutating func string(_ name: String, default standard: String? = nil, help: String) -> String {
    read(name, accepted: "a text", defaultText: standard, help: help) { $0 } ?? standard ?? ""
  }

  /// Any text, or nil where it is not set.
  public mutating func optionalString(_ name: String, help: String) -> String? {
    read(name, accepted: "a text", isOptional: true, help: help) { $0 }
  }

  /// A whole number within `range`.
  public mutating func integer(
    _ name: String, default standard: Int? = nil, in range: ClosedRange<Int>, help: String
  ) -> Int {
    let accepted = "an integer from \(range.lowerBound) to \(range.upperBound)"
    let value = read(name, accepted: accepted, defaultText: standard.map(String.init), help: help) { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
    return value ?? standard ?? range.lowerBound
  }

  /// A number within `range`.
  public mutating func number(
    _ name: String, default standard: Double? = nil, in range: ClosedRange<Double>, help: String
  ) -> Double {
    let accepted = "a number from \(range.lowerBound) to \(range.upperBound)"
    let value = read(name, accepted: accepted, defaultText: standard.map { "\($0)" }, help: help) { text in
      Double(text).flatMap { range.contains($0) ? $0 : nil }
    }
    return value ?? standard ?? range.lowerBound
  }

  /// A TCP port to listen on; 0 takes any that is free.
  public mutating func port(_ name: String, default standard: Int? = nil, help: String) -> Int {
    integer(name, default: standard, in: 0...65535, help: help)
  }

  /// `true` or `false`; `yes`, `no`, `on`, `off`, `1` and `0` are understood.
  public mutating func bool(_ name: String, default standard: Bool? = nil, help: String) -> Bool {
    let value = read(name, accepted: "true or false", defaultText: standard.map(String.init), help: help) { text in
      switch text.lowercased() {
      case "true", "yes", "on", "1": true
      case "false", "no", "off", "0": false
      default: Bool?.none
      }
    }
    return value ?? standard ?? false
  }

  /// A span of time with its unit: `500ms`, `30s`, `5m`, `1h`.
  public mutating func duration(
    _ name: String, default standard: Duration? = nil, in range: ClosedRange<Duration>? = nil, help: String
  ) -> Duration {
    let bounds = range.map { " from \(DurationText.format($0.lowerBound)) to \(DurationText.format($0.upperBound))" }
    let accepted = "a duration like 500ms, 30s, 5m or 1h\(bounds ?? "")"
    let value = read(name, accepted: accepted, defaultText: standard.map(DurationText.format), help: help) { text in
      DurationText.parse(text).flatMap { range?.contains($0) == false ? nil : $0 }
    }
    return value ?? standard ?? .zero
  }

  /// One of the enumeration's values, by its raw value.
  public mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, default standard: Choice, help: String
  ) -> Choice where Choice.RawValue == String {
    let accepted = "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")
    return read(name, accepted: accepted, defaultText: standard.rawValue, help: help) { Choice(rawValue: $0) }
      ?? standard
  }

  /// Values separated by commas, blanks round them allowed; none where it is not set.
  public mutating func list<Element>(
    _ name: String, accepted: String, help: String, _ parse: (String) -> Element?
  ) -> [Element] {
    read(name, accepted: accepted, isOptional: true, help: help) { text in
      let parts = text.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }
      let elements = parts.map { part in parse(String(part.reversed().trimmingPrefix { $0 == " " }.reversed())) }
      return elements.contains { $0 == nil } ? nil : elements.compactMap { $0 }
    } ?? []
  }

  /// A URL of one of the schemes, with a host. For one that holds a password take `secretURL`.
  public mutating func url(
    _ name: String, schemes: [String], default standard: String? = nil, help: String
  ) -> String {
    read(name, accepted: urlText(schemes), defaultText: standard, visibility: .hidden, help: help) { text in
      URLText.isAcceptable(text, schemes: schemes) ? text : nil
    } ?? standard ?? ""
  }

  /// A URL that holds a password, from `NAME` or the file named by `NAME_FILE`.
  public mutating func secretURL(_ name: String, schemes: [String], help: String) -> Secret {
    read(name, accepted: urlText(schemes), visibility: .secret, help: help) { text in
      URLText.isAcceptable(text, schemes: schemes) ? Secret(text) : nil
    } ?? Secret("")
  }

  /// A secret from `NAME`, or from the file named by `NAME_FILE` (one line end at its end is cut off).
  public mutating func secret(_ name: String, minimumBytes: Int = 1, help: String) -> Secret {
    read(name, accepted: secretText(minimumBytes), visibility: .secret, help: help) { text in
      text.utf8.count >= minimumBytes ? Secret(text) : nil
    } ?? Secret("")
  }

  /// As `secret`, or nil where neither variable is set.
  public mutating func optionalSecret(_ name: String, minimumBytes: Int = 1, help: String) -> Secret? {
    read(name, accepted: secretText(minimumBytes), isOptional: true, visibility: .secret, help: help) { text in
      text.utf8.count >= minimumBytes ? Secret(text) : nil
    }
  }

  private func secretText(_ minimumBytes: Int) -> String {
    minimumBytes > 1 ? "a secret of at least \(minimumBytes) bytes" : "a secret"
  }

  private func urlText(_ schemes: [String]) -> String {
    "a URL like " + schemes.map { "\($0)://host" }.joined(separator: " or ")
  }
}

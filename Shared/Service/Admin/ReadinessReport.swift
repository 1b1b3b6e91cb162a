import FoundationEssentials

/// The outcome of all readiness checks.
public struct ReadinessReport: Sendable, Encodable, Equatable {
  /// Where the process is in its life.
  public enum Phase: String, Sendable, Encodable {
    case starting
    case running
    case stopping
  }

  /// The outcome of one check.
  public struct Check: Sendable, Encodable, Equatable {
    public let ok: Bool
    /// What is wrong; nil where nothing is.
    public let why: String?

    init(why: String?) {
      ok = why == nil
      self.why = why
    }
  }

  public let ready: Bool
  public let phase: Phase
  public let checks: [String: Check]

  init(phase: Phase, checks: [String: Check]) {
    self.phase = phase
    self.checks = checks
    ready = phase == .running && checks.values.allSatisfy(\.ok)
  }

  /// `{"checks":{"database":{"ok":true}},"phase":"running","ready":true}`
  func json() -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and booleans alone: encoding them cannot fail.
    return (try? encoder.encode(self)).map(Array.init) ?? []
  }
}

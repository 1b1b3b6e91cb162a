import Contracts

/// Integrations as they were a moment ago, so that not every message asks for its sender. One that is removed may go on
/// for as long as `lifetime` if the broker still lets it in.
public actor KnownIntegrations: IntegrationKnowing {
  public static let lifetime = Duration.seconds(10)
  private static let capacity = 1000

  private struct Entry {
    let scopes: Set<String>?
    let until: ContinuousClock.Instant
  }

  private let source: any IntegrationKnowing
  private var entries: [String: Entry] = [:]

  public init(_ source: any IntegrationKnowing) { self.source = source }

  public func scopes(of name: String) async throws(Problem) -> Set<String>? {
    if let entry = entries[name], entry.until > .now { return entry.scopes }
    let scopes: Set<String>?
    do throws(Problem) {
      scopes = try await source.scopes(of: name)
    } catch {
      // While nobody can say, what was known last holds.
      guard let entry = entries[name] else { throw error }
      return entry.scopes
    }
    if entries.count >= Self.capacity { entries = [:] }
    entries[name] = Entry(scopes: scopes, until: .now + Self.lifetime)
    return scopes
  }
}

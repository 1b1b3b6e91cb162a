import Contracts
import FoundationEssentials
import Security

/// The keys that sign access tokens: a file with a JSON Web Key Set, readable by its owner alone, whose keys say by
/// `mailout_from` (RFC 3339) from when on each signs. The youngest of those whose time has come signs. A key is
/// published from the moment it is in the file, so that everybody knows it before it signs, until every token it may
/// have signed has lapsed.
struct TokenKeys: Sendable {
  /// How long an older key is still published: no token lives longer, with five minutes for clocks.
  static let overlap: TimeInterval = TimeInterval(max(ClientTokens.lifetimeSeconds, TokenIssuer.lifetimeSeconds) + 300)

  struct Entry: Sendable {
    let key: SigningKey
    /// From when on it signs; the distant past where the file does not say.
    let from: Date
  }

  /// In the order in which they sign.
  private(set) var entries: [Entry]

  /// - Parameter entries: at least one. Of two with the same time the first signs.
  private init(_ entries: [Entry]) {
    self.entries = entries.enumerated()
      .sorted { ($0.element.from, -$0.offset) < ($1.element.from, -$1.offset) }.map(\.element)
  }

  /// - Throws: `CustomerError` where the file is missing, open to others, or holds no key for ES256.
  init(file path: String) throws(CustomerError) {
    let bytes = try SecretFile.read(path)
    do {
      let entries = try Self.entries(bytes)
      guard !entries.isEmpty else { throw CustomerError(.invalid, "there is no key in it") }
      self.init(entries)
    } catch {
      throw CustomerError(.invalid, "the key file \(path) cannot be used", cause: error)
    }
  }

  /// Writes a new file with one new key.
  /// - Throws: `CustomerError` where the file is there already.
  static func generate(file path: String) throws(CustomerError) {
    try SecretFile.create(path, try TokenKeys([try fresh(from: .distantPast)]).json())
  }

  /// Adds a new key to the file, and takes out those whose tokens have all lapsed.
  /// - Parameters:
  ///   - start: from when on the new key signs.
  ///   - forgetsOthers: takes all others out: tokens they signed are refused as soon as the gateways hear of it.
  /// - Returns: the new key's id.
  static func rotate(
    file path: String, from start: Date, forgetsOthers: Bool, now: Date = .now
  ) throws(CustomerError) -> String {
    let old = try TokenKeys(file: path)
    let new = try fresh(from: start)
    let kept = forgetsOthers ? [] : old.alive(at: now)
    try SecretFile.replace(path, try TokenKeys(kept + [new]).json())
    return new.key.id
  }

  /// The one that signs at this moment; the first to come where the time of none has come.
  func signing(at now: Date) -> SigningKey {
    (entries.last { $0.from <= now } ?? entries[0]).key
  }

  /// The public parts, as a JWKS.
  func published(at now: Date) throws -> [UInt8] {
    try KeySet(alive(at: now).map(\.key.publicKey)).jwks()
  }

  /// Those that may have signed a token that is still good, or will sign.
  private func alive(at now: Date) -> [Entry] {
    entries.enumerated().filter { index, entry in
      !entries[(index + 1)...].contains { $0.from > entry.from && $0.from.addingTimeInterval(Self.overlap) < now }
    }.map(\.element)
  }

  private static func fresh(from start: Date) throws(CustomerError) -> Entry {
    do {
      return Entry(key: try SigningKey.generate(), from: start)
    } catch {
      throw CustomerError(.cannotWrite, "no key could be made", cause: error)
    }
  }

  /// The file's text.
  private func json() throws(CustomerError) -> [UInt8] {
    do {
      let keys = try entries.map { entry in
        guard case .object(var members) = try JSON.parse(try entry.key.privateJWK()) else { return JSON.null }
        if entry.from > .distantPast { members["mailout_from"] = .string(Timestamp.format(entry.from)) }
        return .object(members)
      }
      return JSON.object(["keys": .array(keys)]).bytes + Array("\n".utf8)
    } catch {
      throw CustomerError(.cannotWrite, "the keys could not be written", cause: error)
    }
  }

  private static func entries(_ bytes: [UInt8]) throws -> [Entry] {
    guard case .array(let keys)? = try JSON.parse(bytes)["keys"] else {
      throw CustomerError(.invalid, "it is no JSON Web Key Set")
    }
    return try keys.map { key in
      var from = Date.distantPast
      if case .string(let text)? = key["mailout_from"] { from = try Timestamp.parse(text) }
      return Entry(key: try SigningKey(jwk: key.bytes), from: from)
    }
  }
}

import FoundationEssentials

/// The public keys in force, by id (JWKS, RFC 7517). Keep the old key in it while tokens signed with it live.
public struct KeySet: Sendable {
  private let keys: [String: VerificationKey]

  public init(_ keys: [VerificationKey]) {
    self.keys = Dictionary(keys.map { ($0.id, $0) }) { _, last in last }
  }

  /// Reads `{"keys": […]}`. Keys of other kinds are left out, as the standard asks.
  /// - Throws: `.malformedKey` where it is no set, or a P-256 key in it is broken.
  public init(jwks json: [UInt8]) throws(SecurityError) {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(json))
    } catch {
      throw SecurityError(.malformedKey, "not a JSON Web Key Set")
    }
    var keys: [VerificationKey] = []
    for jwk in document.keys where jwk.isES256 { keys.append(try VerificationKey(jwk)) }
    self.init(keys)
  }

  public subscript(id: String) -> VerificationKey? { keys[id] }

  /// The ids, sorted.
  public var ids: [String] { keys.keys.sorted() }

  /// `{"keys": […]}` for `/.well-known/jwks.json`: public parts only, sorted by id.
  public func jwks() throws(SecurityError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(Document(keys: ids.compactMap { keys[$0]?.jwk })))
    } catch {
      throw SecurityError(.library, "the key set could not be written")
    }
  }

  private struct Document: Codable {
    let keys: [JSONWebKey]
  }
}

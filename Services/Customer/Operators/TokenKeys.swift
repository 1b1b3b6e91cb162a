import FoundationEssentials
import Security

/// The keys that sign access tokens: a file with a JSON Web Key Set, readable by its owner alone. The first key signs;
/// the others are still published, so that tokens signed with them stay good.
struct TokenKeys: Sendable {
  let signingKey: SigningKey
  /// The public parts, as a JWKS.
  let published: [UInt8]

  /// - Throws: `CustomerError` where the file is missing, open to others, or holds no key for ES256.
  init(file path: String) throws(CustomerError) {
    let bytes: Data
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      if let mode = attributes[.posixPermissions] as? Int, mode & 0o077 != 0 {
        throw CustomerError(.invalid, "the key file \(path) must be readable by its owner only (chmod 600)")
      }
      bytes = try Data(contentsOf: URL(filePath: path))
    } catch let error as CustomerError {
      throw error
    } catch {
      throw CustomerError(.missingFile, "cannot read the key file \(path)")
    }
    do {
      let keys = try Self.keys(bytes)
      guard let first = keys.first else { throw CustomerError(.invalid, "there is no key in it") }
      signingKey = first
      published = try KeySet(keys.map(\.publicKey)).jwks()
    } catch {
      throw CustomerError(.invalid, "the key file \(path) cannot be used", cause: error)
    }
  }

  /// Writes a new file with one new key.
  /// - Throws: `CustomerError` where the file is there already.
  static func generate(file path: String) throws(CustomerError) {
    let set: [UInt8]
    do {
      set = Array(#"{"keys":["#.utf8) + (try SigningKey.generate().privateJWK()) + Array("]}\n".utf8)
    } catch {
      throw CustomerError(.cannotWrite, "no key could be made", cause: error)
    }
    try SecretFile.create(path, set)
  }

  private static func keys(_ json: Data) throws -> [SigningKey] {
    /// One key, kept as the JSON it is.
    struct Key: Codable {
      var kty: String
      var crv: String?
      var x: String?
      var y: String?
      var d: String?
      var kid: String?
      var alg: String?
      var use: String?
    }
    struct Document: Decodable { let keys: [Key] }
    return try JSONDecoder().decode(Document.self, from: json).keys.map { key in
      try SigningKey(jwk: [UInt8](try JSONEncoder().encode(key)))
    }
  }
}

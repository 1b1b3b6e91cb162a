internal import CSodium
import FoundationEssentials

/// The JSON of one EC key (RFC 7517, 7518).
struct JSONWebKey: Codable, Equatable {
  var kty: String
  var crv: String?
  var x: String?
  var y: String?
  var d: String?
  var kid: String?
  var alg: String?
  var use: String?

  /// Whether it is a P-256 key for signatures; sets may hold others, which are not for us.
  var isES256: Bool {
    kty == "EC" && crv == "P-256" && (alg ?? "ES256") == "ES256" && (use ?? "sig") == "sig"
  }

  /// RFC 7638: SHA-256 over the required members in order, in base64url.
  var thumbprint: String {
    _ = Sodium.ready
    let text = Array(#"{"crv":"\#(crv ?? "")","kty":"\#(kty)","x":"\#(x ?? "")","y":"\#(y ?? "")"}"#.utf8)
    var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    crypto_hash_sha256(&digest, text, UInt64(text.count))
    return Base64URL.encode(digest)
  }

  static func decode(_ json: [UInt8]) throws(SecurityError) -> JSONWebKey {
    do {
      return try JSONDecoder().decode(JSONWebKey.self, from: Data(json))
    } catch {
      throw SecurityError(.malformedKey, "the key is not a JWK")
    }
  }

  func encoded() throws(SecurityError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(self))
    } catch {
      throw SecurityError(.library, "the key could not be written")
    }
  }

  /// Makes the libcjose key of these members. The point must be the one that belongs to `d`, where there is a `d`:
  /// cjose itself would silently compute another.
  func joseKey() throws(SecurityError) -> JoseKey {
    guard isES256, x != nil, y != nil else { throw SecurityError(.malformedKey, "the key is not for ES256") }
    let bare = JSONWebKey(kty: kty, crv: crv, x: x, y: y, d: d)
    let key = try JoseKey.fromJSON(try bare.encoded())
    let made = try Self.decode(try key.json(private: false))
    guard made.x == x, made.y == y else {
      throw SecurityError(.malformedKey, "the key's private and public parts do not belong together")
    }
    return key
  }
}

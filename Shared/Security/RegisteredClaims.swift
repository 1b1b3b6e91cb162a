/// The claims of RFC 7519 that decide whether a token may be used.
struct RegisteredClaims: Decodable {
  let exp: Double?
  let nbf: Double?
  let iss: String?
  let aud: Audience?

  /// One name or a list of names.
  struct Audience: Decodable {
    let names: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let name = try? container.decode(String.self) {
        names = [name]
      } else {
        names = try container.decode([String].self)
      }
    }
  }
}

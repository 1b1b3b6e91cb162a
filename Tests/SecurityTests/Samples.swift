import FoundationEssentials
import Security

/// What the token tests share.
enum Samples {
  static let now = Date(timeIntervalSince1970: 1_700_000_000)
  static let rules = TokenRules(issuer: "mailout", audience: "api")

  /// Claims that suit `rules` and hold for an hour from `now`, changed as the test wants.
  static func claims(
    iss: String? = "mailout", aud: String? = #""api""#, exp: Double? = 1_700_003_600, nbf: Double? = nil
  ) -> [UInt8] {
    var members = [#""sub":"operator:7""#]
    if let iss { members.append(#""iss":"\#(iss)""#) }
    if let aud { members.append(#""aud":\#(aud)"#) }
    if let exp { members.append(#""exp":\#(exp)"#) }
    if let nbf { members.append(#""nbf":\#(nbf)"#) }
    return Array("{\(members.joined(separator: ","))}".utf8)
  }

  /// A token with any header and any signature.
  static func token(header: String, claims: [UInt8], signature: [UInt8] = []) -> String {
    let parts = [Base64URL.encode(Array(header.utf8)), Base64URL.encode(claims), Base64URL.encode(signature)]
    return parts.joined(separator: ".")
  }

  /// RFC 7515, appendix A.3: a key and a token signed with it by somebody else.
  static let foreignKey = """
    {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
     "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}
    """
  static let foreignToken =
    "eyJhbGciOiJFUzI1NiJ9."
    + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    + "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
}

/// A plain look at a URL. Not a full parser: the drivers' URLs may name several hosts (`amqp://u:p@a:1,b:2/vhost`).
enum URLText {
  static func isAcceptable(_ text: String, schemes: [String]) -> Bool {
    guard let colon = text.firstRange(of: "://"), schemes.contains(text[..<colon.lowerBound].lowercased()),
      !text.contains(where: \.isWhitespace)
    else { return false }
    let authority = text[colon.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
    return !host.isEmpty && !host.hasPrefix(":")
  }
}

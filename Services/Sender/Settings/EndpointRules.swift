import FoundationEssentials

/// What the name and the address of an external system may look like.
enum EndpointRules {
  static func fault(inName name: String) -> String? {
    let isFit = name.utf8.allSatisfy {
      (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
    }
    return isFit && !name.hasPrefix("-") && !name.hasSuffix("-")
      ? nil : "must be lower-case letters, digits and dashes, a dash neither first nor last"
  }

  static func fault(inURL text: String) -> String? {
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
      let host = url.host(), !host.isEmpty
    else { return "must be a URL like https://send.example.com" }
    if url.user() != nil || url.password() != nil {
      return "must not hold a user or password; they have fields of their own"
    }
    if url.query() != nil || url.fragment() != nil { return "must have neither query nor fragment" }
    return nil
  }

  /// What is said where a stored credential would be sent to another origin than the one it was given for.
  static let credentialFault = "is required: url has another scheme, host or port, where the stored one is not sent"

  /// Whom a credential is trusted to: scheme, host and port, as `https://send.example.com:443`; nil for what is no URL.
  static func origin(_ text: String) -> String? {
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), let host = url.host()?.lowercased() else {
      return nil
    }
    return "\(scheme)://\(host):\(url.port ?? (scheme == "https" ? 443 : 80))"
  }

  /// Without the slash at its end.
  static func base(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }
}

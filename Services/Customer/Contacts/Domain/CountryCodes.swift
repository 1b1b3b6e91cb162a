import FoundationEssentials

/// The two-letter country codes of ISO 3166, as the tz database lists them.
struct CountryCodes: Sendable {
  private let codes: Set<String>

  /// From the text of an `iso3166.tab` file: "DE<tab>Germany" a line.
  init(tab text: String) {
    codes = Set(
      text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        .compactMap { $0.split(separator: "\t").first.map(String.init) })
  }

  /// The system's own.
  /// - Throws: `CustomerError` where it is missing.
  static func system(_ path: String = "/usr/share/zoneinfo/iso3166.tab") throws(CustomerError) -> CountryCodes {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw CustomerError(.missingFile, "cannot read \(path); install the package tzdata")
    }
    return CountryCodes(tab: String(decoding: data, as: UTF8.self))
  }

  /// Without regard to case.
  func contains(_ code: String) -> Bool { codes.contains(code.uppercased()) }
}

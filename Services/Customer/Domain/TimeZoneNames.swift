import FoundationEssentials

/// The names of the tz database, links and UTC included.
struct TimeZoneNames: Sendable {
  static let maxLength = 64

  /// The release, such as "2025b".
  let version: String
  private let names: Set<String>

  /// From the text of a `tzdata.zi` file (zic's input in its short form).
  init(tzdata text: String) {
    var version = "unknown"
    var names: Set<String> = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      switch words.first {
      case "#" where words.count == 3 && words[1] == "version": version = String(words[2])
      case "Z" where words.count > 1: names.insert(String(words[1]))
      case "L" where words.count == 3: names.insert(String(words[2]))
      default: break
      }
    }
    self.version = version
    self.names = names
  }

  /// The system's own database.
  /// - Throws: `CustomerError` where it is missing: without it no zone could be checked.
  static func system(_ path: String = "/usr/share/zoneinfo/tzdata.zi") throws(CustomerError) -> TimeZoneNames {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw CustomerError(.missingFile, "cannot read \(path); install the package tzdata")
    }
    let zones = TimeZoneNames(tzdata: String(decoding: data, as: UTF8.self))
    guard zones.contains("UTC") else { throw CustomerError(.missingFile, "\(path) holds no time zones") }
    return zones
  }

  var count: Int { names.count }

  func contains(_ name: String) -> Bool { names.contains(name) }

  /// The name, if it is one.
  func check(_ name: String) throws(FieldFault) -> String {
    guard names.contains(name) else {
      throw FieldFault("\"\(name.prefix(64))\" is not a time zone of the tz database (release \(version))")
    }
    return name
  }
}

import Contracts
import FoundationEssentials
import Service

/// Which build answers, as `/__version__` tells it: `{commit, version, image_tag, source, build}`.
struct VersionDocument: Sendable {
  let json: [UInt8]

  private static let names = ["commit", "version", "image_tag", "source", "build"]

  /// What is known without a file.
  static let unknown = VersionDocument([:])

  /// - Parameter file: a JSON file that says it; whoever builds an image puts it there.
  /// - Throws: `VersionError` where it cannot be read.
  init(file: String) throws(VersionError) {
    guard let data = try? Data(contentsOf: URL(filePath: file)) else {
      throw VersionError(description: "cannot read \(file)")
    }
    guard case .object(let members)? = try? JSON.parse([UInt8](data)) else {
      throw VersionError(description: "\(file) is no JSON object")
    }
    self.init(members)
  }

  private init(_ members: [String: JSON]) {
    var document: [String: JSON] = [:]
    for name in Self.names { document[name] = members[name] ?? "" }
    if members["version"] == nil { document["version"] = .string(BuildInfo.version) }
    json = JSON.object(document).bytes
  }
}

/// Why a version's file is of no use.
struct VersionError: Error, CustomStringConvertible {
  let description: String
}

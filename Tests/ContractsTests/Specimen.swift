import Contracts
import Foundation
import Messaging
import Testing

/// One operation as the code of now knows it: a request, what the owning service does to read one, and a reply as that
/// service writes it.
struct Specimen: Sendable {
  let request: JSON
  let reply: JSON
  /// Throws where the service would refuse the request's data.
  let read: @Sendable (JSON) throws -> Void

  init(_ request: JSON, reply: JSON, read: @escaping @Sendable (JSON) throws -> Void) {
    self.request = request
    self.reply = reply
    self.read = read
  }

  /// A request that is a type of `Contracts`.
  init<Request: Codable & Sendable>(_ request: Request, reply: JSON) throws {
    self.init(try JSON(encoding: request), reply: reply) { data in
      _ = try JSONDecoder().decode(Request.self, from: Data(data.bytes))
    }
  }

  /// A request and a reply that are types of `Contracts`.
  init(_ request: some Codable & Sendable, reply: some Codable & Sendable) throws {
    try self.init(request, reply: try JSON(encoding: reply))
  }

  /// `{}`
  static func asking(reply: JSON) -> Specimen { Specimen([:], reply: reply) { _ in } }

  /// `{"id"}`, and `if_match` where something is changed.
  static func byID(_ id: Int64 = 17, ifMatch: String? = nil, reply: JSON) -> Specimen {
    var request: [String: JSON] = ["id": .integer(id)]
    if let ifMatch { request["if_match"] = .string(ifMatch) }
    return Specimen(.object(request), reply: reply) { data in
      _ = try OperationRequest(operation: .readMailout, principal: "", scopes: [], data: data).id()
    }
  }

  /// All of them, by operation.
  static func all() throws -> [Contracts.Operation: Specimen] {
    [
      try customers(), directory(), try contacts(), try audiences(), tokens, access(), try mailouts(), try singles(),
      try providers(), try statistics(), try leads(), mappings, profiles, try persons(),
    ]
    .reduce(into: [:]) { $0.merge($1) { first, _ in first } }
  }
}

extension JSON {
  init(encoding value: some Encodable) throws {
    self = try JSON.parse([UInt8](try JSONEncoder().encode(value)))
  }

  /// What of `golden` this value no longer has, or has as something else; more than it is fine. Paths, for people.
  func lacks(of golden: JSON, at path: String = "") -> [String] {
    switch (self, golden) {
    case (.object, .object(let members)):
      return members.sorted { $0.key < $1.key }.flatMap { name, value in
        self[name].map { $0.lacks(of: value, at: "\(path)/\(name)") } ?? ["\(path)/\(name)"]
      }
    case (.array(let mine), .array(let theirs)):
      guard let example = theirs.first else { return [] }
      return mine.first.map { $0.lacks(of: example, at: "\(path)/0") } ?? ["\(path)/0"]
    case (.null, _), (_, .null), (.string, .string), (.bool, .bool), (.integer, .integer), (.number, .number),
      (.integer, .number), (.number, .integer):
      return []
    default:
      return [path]
    }
  }
}

import Contracts
import FoundationEssentials

/// What an operation answers: the bare result as JSON, and the version of the thing where it has one.
public struct OperationReply: Sendable {
  public var body: [UInt8]
  public var etag: String?
  /// What is kept for a repetition under the same key, where the answer holds a secret that is told once.
  public var kept: [UInt8]?
  /// What it was done to, for the audit log, where neither the request's data nor the body names it as `id`.
  public var subjects: [String] = []

  public init(body: [UInt8], etag: String? = nil, kept: [UInt8]? = nil) {
    self.body = body
    self.etag = etag
    self.kept = kept
  }

  public init(_ json: JSON, etag: String? = nil) {
    self.init(body: json.bytes, etag: etag)
  }

  public init(encoding value: some Encodable & Sendable, etag: String? = nil) throws {
    self.init(body: [UInt8](try JSONEncoder().encode(value)), etag: etag)
  }
}

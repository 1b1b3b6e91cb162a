/// Which thing an event is about, and at which revision; nothing personal and no secret. Who may read it asks for the rest.
public struct RecordFact: Codable, Sendable, Equatable {
  public var id: Int64
  public var revision: Int64

  public init(id: Int64, revision: Int64) {
    self.id = id
    self.revision = revision
  }
}

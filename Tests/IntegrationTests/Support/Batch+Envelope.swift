import Contracts

extension Batch {
  /// As a scheduler publishes it.
  var envelope: [UInt8] {
    EnvelopeFrame(id: "batch-\(id)", source: "/test", type: Self.type, time: "2026-11-21T09:00:00Z").bytes(data: bytes)
  }
}

import FoundationEssentials

/// A batch with the bytes it has for ever.
struct IssuedBatch: Sendable {
  var id: Int64
  var provider: String
  var body: [UInt8]
  /// Messages in it.
  var count: Int
  /// No call starts at or after it.
  var deadline: Date?
}

/// What is remembered of a message: 48 bytes.
struct CallRecord: Sendable {
  let id: Int64
  /// Of the last call.
  var phone: Int64
  /// Of the last call's text.
  var textHash: UInt64
  /// Nanoseconds since 1970.
  let firstArrival: Int64
  var lastArrival: Int64
  var calls: UInt32 = 1
  var accepted: UInt32 = 0
}

import Contracts

/// Where a page of a timeline ended, in each of the places that it is read from: "<microseconds>.<happening>.<message>".
struct TimelineCursor: Sendable, Equatable {
  /// Of the last happening; microseconds since 1970.
  var at: Int64 = 0
  var happening: Int64 = 0
  /// The last message's id, or how many parts of a message have been shown.
  var message: Int64 = 0

  static let start = TimelineCursor()

  var text: String { "\(at).\(happening).\(message)" }

  init() {}

  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
    guard parts.count == 3, let at = parts[0], let happening = parts[1], let message = parts[2],
      (0...253_402_300_799_999_999).contains(at), happening >= 0, message >= 0
    else { return nil }
    (self.at, self.happening, self.message) = (at, happening, message)
  }

  mutating func pass(_ entry: TimelineEntry) {
    switch entry.place {
    case .happening(let id): (at, happening) = (entry.at, id)
    case .message(let id): message = id
    case .part(let number): message = Int64(number)
    }
  }
}

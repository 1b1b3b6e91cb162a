/// Where the next page of what statistics keep of a person begins: "message.event.line", the last id of each.
struct PersonMessagesCursor: Sendable, Equatable {
  var message: Int64 = 0
  var event: Int64 = 0
  var line: Int64 = 0

  static let start = PersonMessagesCursor()

  var text: String { "\(message).\(event).\(line)" }

  private init() {}

  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
    guard parts.count == 3, let message = parts[0], let event = parts[1], let line = parts[2],
      message >= 0, event >= 0, line >= 0
    else { return nil }
    (self.message, self.event, self.line) = (message, event, line)
  }
}

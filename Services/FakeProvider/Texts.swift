/// The texts of calls: all, or of the last calls alone.
struct Texts: Sendable {
  static let recentLimit = 10_000

  private let keepsAll: Bool
  private var all: [Int64: [UInt8]] = [:]
  private var recent: [(id: Int64, text: [UInt8])] = []
  private var next = 0

  init(keepsAll: Bool) { self.keepsAll = keepsAll }

  mutating func keep(_ call: SendCall) {
    if keepsAll {
      all[call.id] = call.text
    } else if recent.count < Self.recentLimit {
      recent.append((call.id, call.text))
    } else {
      recent[next] = (call.id, call.text)
      next = (next + 1) % Self.recentLimit
    }
  }

  /// The text of the message's last call, if it is still kept.
  func find(_ id: Int64) -> [UInt8]? {
    if keepsAll { return all[id] }
    let order = recent[..<next].reversed() + recent[next...].reversed()
    return order.first { $0.id == id }?.text
  }
}

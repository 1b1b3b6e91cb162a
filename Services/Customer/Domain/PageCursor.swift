import Contracts
import FoundationEssentials

/// Where the next page of a list begins: opaque to callers, base64url of a small JSON object.
struct PageCursor: Codable, Sendable, Equatable {
  static let maxLength = 512

  /// The id after which the page begins; before which, in descending order.
  var after: Int64?
  /// The name after which it begins, in lists ordered by name.
  var name: String?
  /// The order the cursor was made for.
  var sort: String

  init(after: Int64? = nil, name: String? = nil, sort: String) {
    self.after = after
    self.name = name
    self.sort = sort
  }

  var text: String {
    // A value of numbers and valid strings always encodes.
    let data = (try? JSONEncoder().encode(self)) ?? Data()
    return data.base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Reads what `text` gave for the same order.
  init(_ text: String, sort: String) throws(FieldFault) {
    guard text.utf8.count <= Self.maxLength, let cursor = Self.decode(text) else {
      throw FieldFault("is not a cursor that a list of ours gave")
    }
    guard cursor.sort == sort else { throw FieldFault("belongs to a list in another order, \"\(cursor.sort)\"") }
    self = cursor
  }

  private static func decode(_ text: String) -> PageCursor? {
    var padded = text.replacing("-", with: "+").replacing("_", with: "/")
    while padded.utf8.count % 4 != 0 { padded += "=" }
    guard let data = Data(base64Encoded: padded) else { return nil }
    return try? JSONDecoder().decode(PageCursor.self, from: data)
  }
}

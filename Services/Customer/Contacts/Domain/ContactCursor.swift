import Contracts
import FoundationEssentials

/// Where the next page of changed contacts begins: after this contact at this instant. Opaque to callers: the base64url
/// of "email_id,update_timestamp".
struct ContactCursor: Sendable, Equatable {
  var uuid: UUID
  /// Microseconds since 1970.
  var updatedAt: Int64

  init(uuid: UUID, updatedAt: Int64) {
    self.uuid = uuid
    self.updatedAt = updatedAt
  }

  var text: String {
    Data("\(uuid.uuidString.lowercased()),\(ContactTime.text(updatedAt))".utf8).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_")
  }

  /// Nil for what `text` cannot have given.
  init?(_ text: String) {
    guard text.utf8.count <= 512 else { return nil }
    var padded = text.replacing("-", with: "+").replacing("_", with: "/")
    while padded.utf8.count % 4 != 0 { padded += "=" }
    guard let data = Data(base64Encoded: padded), let plain = String(validating: data, as: UTF8.self) else {
      return nil
    }
    let parts = plain.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let uuid = UUID(uuidString: String(parts[0])),
      let instant = ContactTime.microseconds(String(parts[1]))
    else { return nil }
    self.init(uuid: uuid, updatedAt: instant)
  }
}

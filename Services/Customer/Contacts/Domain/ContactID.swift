import Contracts
import FoundationEssentials

/// A contact's own id: the customer's UUID, a random one (version 4).
enum ContactID {
  static let fault = ContactFault("uuid_version", "UUID version 4 expected")

  static func isRandom(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count == 36 && bytes[14] == UInt8(ascii: "4") && "89ab".utf8.contains(bytes[19])
  }

  /// Reads a member of an operation's data.
  /// - Throws: `Problem` where it is no UUID.
  static func read(_ data: JSON, _ name: String = "email_id") throws(Problem) -> UUID {
    let input = data[name] ?? .null
    do throws(ContactFault) {
      guard case .string(let text) = input else { throw .string }
      guard let id = UUID(uuidString: try ContactField.uuid(text)) else { throw .string }
      return id
    } catch {
      throw Problem.invalid([error.field("/\(name)", input)])
    }
  }
}

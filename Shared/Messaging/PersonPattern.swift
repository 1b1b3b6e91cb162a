public import Contracts
public import Postgres

/// Finds a person in what is stored as bytes or text, whatever its form: by regular expressions of PostgreSQL over the
/// bytes as `encode(…, 'escape')` writes them, so that no bytes are refused.
public struct PersonPattern: Sendable {
  /// Their id as a customer, their uuid, phones and addresses as the platform writes them.
  public let exact: String
  /// These, and their phones however people write them: "06 12 34 56 78".
  public let loose: String
  /// Their id as that of the thing itself: `{"id": 42, …}`. Only where the thing is a customer.
  public let own: String
  /// Their id as a customer and their phones, as members of batches and outcomes: what is in a text is not meant.
  public let members: String
  /// Of these, in lower case, one stands in whatever `exact` or `own` match of answers that services of ours have
  /// written.
  let needles: [String]

  public init(_ person: Person) {
    let id = #"\s*:\s*\#(person.customerID)(?![0-9])"#
    // A list of customers, as batches and outcomes have it.
    let listed = #""customer_id"\s*:\s*\[[0-9,\s]*(?<![0-9])\#(person.customerID)(?![0-9])"#
    let customer = [#""customer_id"\#(id)"#, listed]
    members = (customer + person.phones.map { "\"\($0)\"" }).joined(separator: "|")
    var exact = customer
    if let uuid = person.uuid { exact.append(Self.literal(uuid)) }
    exact += person.phones.map { #"(?<![0-9])\#($0)(?![0-9])"# }
    exact += person.emails.map { #"(?<![a-z0-9._%+-])\#(Self.literal($0))(?![a-z0-9-]|\.[a-z0-9])"# }
    self.exact = exact.joined(separator: "|")
    let written = zip(person.phones, person.nationalPhones).map { whole, national in
      // Before the national number may stand the country's code, or a trunk prefix.
      let country = whole.dropLast(national.utf8.count)
      let digits = national.map(String.init).joined(separator: Self.gap)
      return #"(?<![0-9])(?:(?:\+|00)?\#(country)\#(Self.gap)|[08]\#(Self.gap))?\#(digits)(?![0-9])"#
    }
    loose = (exact + written).joined(separator: "|")
    own = #""id"\#(id)"#
    needles =
      [#""customer_id":\#(person.customerID)"#, #""id":\#(person.customerID)"#] + [person.uuid].compactMap { $0 }
      + person.phones + person.emails.map(Self.escaped)
  }

  /// What people write between digits.
  private static let gap = #"[^0-9a-z"]{0,3}"#

  /// Whether bytes match.
  /// - Parameter bytes: trusted SQL of type bytea.
  public static func matches(_ bytes: SQL, _ pattern: String) -> SQL {
    "encode(\(fragment: bytes), 'escape') ~* \(pattern)"
  }

  /// Whether a text matches.
  /// - Parameter text: trusted SQL of type text.
  public static func matches(text: SQL, _ pattern: String) -> SQL {
    matches("convert_to(\(fragment: text), 'UTF8')", pattern)
  }

  /// The text itself as a pattern for its escaped bytes.
  private static func literal(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"):
        String(UnicodeScalar(byte))
      case 0x80...: #"\\"# + Self.octal(byte)
      case UInt8(ascii: "\\"): #"\\\\"#
      default: "\\" + String(UnicodeScalar(byte))
      }
    }.joined()
  }

  /// The text as `encode(…, 'escape')` writes it.
  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case 0x80...: "\\" + octal(byte)
      case UInt8(ascii: "\\"): #"\\"#
      default: String(UnicodeScalar(byte))
      }
    }.joined()
  }

  private static func octal(_ byte: UInt8) -> String { String(byte, radix: 8) }
}

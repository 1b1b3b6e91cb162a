import Postgres

/// What a search (`q`, `text`) means: customers who have, for each word of it, a word in their names or e-mail address
/// that begins with it; for digits, also those whose phone begins with them.
struct SearchSQL: Sendable, Equatable {
  static let maxLength = 100

  let words: String
  /// The digits, where the text could be the beginning of a phone number.
  let phone: String?

  init(_ text: String) {
    words = text
    let bytes = Array(text.utf8)
    let digits = bytes.filter { (0x30...0x39).contains($0) }
    let isPhone = bytes.allSatisfy { (0x30...0x39).contains($0) || " +-.()".utf8.contains($0) }
    phone = isPhone && digits.count >= 3 && digits.count <= 15 ? String(decoding: digits, as: UTF8.self) : nil
  }

  /// Whether a customer `c` is meant.
  var condition: SQL {
    guard let bounds else { return byWords }
    return "(\(fragment: byWords) or \(fragment: bounds))"
  }

  /// A select of the column `id` of everybody who is meant, each part of it by an index, in no order.
  var hits: SQL {
    let named: SQL = "select c.id from customer.customer c where \(fragment: byWords)"
    guard let bounds else { return named }
    return "\(fragment: named) union select c.id from customer.customer c where \(fragment: bounds)"
  }

  private var byWords: SQL {
    "customer.words(c.first_name, c.last_name, c.email) @@ customer.word_query(\(words))"
  }

  /// A range of the phones' order by bytes: ":" comes next after "9".
  private var bounds: SQL? {
    phone.map { "(c.phone >= \($0) and c.phone < \("\($0):"))" }
  }
}

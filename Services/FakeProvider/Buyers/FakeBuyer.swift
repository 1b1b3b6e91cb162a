import FoundationEssentials

/// One fake buyer: what it was told to do, and what it has seen. A value.
struct FakeBuyer: Sendable {
  /// Whose earlier lead makes a later one a duplicate.
  private static let identity = ["Email_Titulaire", "Tel_Mobile_Titulaire"]
  private static let kept = 1000

  var behaviour = BuyerBehaviour()
  private(set) var logIns = 0
  private(set) var calls = 0
  /// Leads taken.
  private(set) var taken = 0
  /// The last lead, as it came.
  private(set) var last: [UInt8] = []
  private var tokens: Set<String> = []
  private var seen: Set<String> = []

  /// A new token; nil where the password is not the right one.
  mutating func logIn(password: String?) -> String? {
    logIns += 1
    guard let password, !password.isEmpty, behaviour.password == nil || behaviour.password == password else {
      return nil
    }
    let token = String(UInt64.random(in: 0...UInt64.max), radix: 16)
    if tokens.count >= Self.kept { tokens.removeAll() }
    tokens.insert(token)
    return token
  }

  func knows(_ token: String?) -> Bool { token.map(tokens.contains) ?? false }

  /// Counts a lead. Answers its id; nil where it is a duplicate.
  mutating func take(_ lead: [String: LeadValue], _ body: [UInt8]) -> Int? {
    calls += 1
    last = body
    guard behaviour.answer.takes else { return 0 }
    let marks = Self.identity.compactMap { key in lead[key].map { "\(key)=\($0.text)" } }
    guard seen.isDisjoint(with: marks) else { return nil }
    seen.formUnion(marks)
    taken += 1
    return 1000 + taken
  }
}

/// A single value of a lead.
struct LeadValue: Decodable, Sendable {
  let text: String

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self.text = text
    } else {
      text = String(try container.decode(Double.self))
    }
  }
}

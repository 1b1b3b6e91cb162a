import FoundationEssentials

/// How a fake buyer answers.
struct BuyerBehaviour: Codable, Sendable, Equatable {
  enum Answer: String, Codable, Sendable {
    /// 200, 201 and 202 with the lead's id; 400 with a message about a duplicate where e-mail or phone came before.
    case ok, created, accepted
    /// 422 with a reason.
    case refused
    /// 400 with an empty record.
    case invalid
    case unauthorized, gone, fail
    /// 200 with something that is no JSON.
    case garbage
    /// No answer, for as long as the client waits.
    case hang
    /// The connection is closed without an answer.
    case drop

    var takes: Bool { self == .ok || self == .created || self == .accepted }
  }

  enum LogIn: String, Codable, Sendable {
    case ok, refused, garbage, hang
  }

  var answer = Answer.ok
  var authentication = LogIn.ok
  /// The one that is accepted; nil for any.
  var password: String?

  init() {}

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    answer = try fields.decodeIfPresent(Answer.self, forKey: .answer) ?? .ok
    authentication = try fields.decodeIfPresent(LogIn.self, forKey: .authentication) ?? .ok
    password = try fields.decodeIfPresent(String.self, forKey: .password)
  }
}

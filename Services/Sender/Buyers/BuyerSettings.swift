import Contracts

/// How a buyer is spoken to: what an administrator may set besides its name and passwords.
struct BuyerSettings: Sendable, Equatable {
  /// Where leads go now.
  var stage = BuyerStage.Name.test
  var stages: [BuyerStage.Name: BuyerStage] = [:]
  var routing = BuyerRouting()
  /// nil: the call needs none.
  var authentication: BuyerAuthentication? = BuyerAuthentication()
  var sendPath = "/ClientRecords"
  var rules = TranslationRules()
  var answers = AnswerRules()
  /// The longest that log-in and call may take together.
  var timeout: Duration = .seconds(10)
  /// Leads under way at once at most, for each sender.
  var concurrency = 16
  var breaker = BreakerPolicy.ofBuyers

  static let timeouts: ClosedRange<Int64> = 100...25_000

  /// The address leads go to now.
  var address: BuyerStage? { stages[stage] }

  /// As JSON members, for rows and people; durations in milliseconds.
  var members: [String: JSON] {
    rules.members.merging([
      "stage": .string(stage.rawValue),
      "stages": .object(
        Dictionary(uniqueKeysWithValues: BuyerStage.Name.allCases.map { ($0.rawValue, stages[$0]?.json ?? .null) })),
      "routing": routing.json, "authentication": authentication?.json ?? .null, "send_path": .string(sendPath),
      "answer": answers.json, "timeout_ms": .ms(timeout), "concurrency": .integer(Int64(concurrency)),
      "breaker": breaker.json,
    ]) { $1 }
  }

  /// Takes over what an object says; what it does not name stays.
  /// - Returns: the passwords given.
  mutating func read(_ reader: inout FieldReader) -> [BuyerStage.Name: String] {
    for name in ["stage", "stages", "routing", "send_path", "answer", "breaker"] where reader.isNull(name) {
      reader.fail(name, "must not be null")
    }
    if let text = reader.string("stage", max: 20) {
      let stage = BuyerStage.Name(rawValue: text)
      if stage == nil { reader.fail("stage", "must be one of: test, production") }
      self.stage = stage ?? self.stage
    }
    var stages = stages
    let passwords = reader.object("stages") { BuyerStage.read(&$0, into: &stages) } ?? [:]
    self.stages = stages
    if let changed = reader.object("routing", { routing.changed(by: &$0) }) { routing = changed }
    let isOpen = reader.isNull("authentication")
    let present = authentication ?? BuyerAuthentication()
    if let changed = reader.object("authentication", { present.changed(by: &$0) }) { authentication = changed }
    if isOpen { authentication = nil }
    if let path = reader.urlPath("send_path") { sendPath = path }
    rules.read(&reader)
    if let changed = reader.object("answer", { answers.changed(by: &$0) }) { answers = changed }
    reader.set(&timeout, "timeout_ms", in: Self.timeouts)
    reader.set(&concurrency, "concurrency", in: 1...64)
    if let changed = reader.object("breaker", { breaker.changed(by: &$0) }) { breaker = changed }
    return passwords
  }

  /// The stored form; a row of another release may lack or have members.
  static func stored(_ json: JSON) -> BuyerSettings {
    var settings = BuyerSettings()
    var reader = FieldReader(json)
    _ = settings.read(&reader)
    return settings
  }
}

extension BreakerPolicy {
  /// Leads are few, and each takes its time: less evidence, longer rests.
  static let ofBuyers = BreakerPolicy(
    window: .seconds(60), slow: .seconds(8), minimumCalls: 5, openFor: .seconds(15), probes: 1)
}

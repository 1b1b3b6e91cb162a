import FoundationEssentials

/// A behaviour that cannot be: what is wrong with it.
struct BehaviourError: Error, CustomStringConvertible {
  let description: String
}

extension Behaviour: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  private static let times: [(name: String, place: WritableKeyPath<Behaviour, Int> & Sendable, limit: Int)] = [
    ("latency_ms", \.latencyMs, 600_000), ("latency_jitter_ms", \.latencyJitterMs, 600_000),
    ("retry_after_s", \.retryAfterS, 86_400), ("slow_ms", \.slowMs, 600_000),
  ]

  /// Fields that are left out have their defaults; others than the known are refused.
  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: Key.self)
    for key in fields.allKeys {
      if let time = Self.times.first(where: { $0.name == key.stringValue }) {
        let value = try fields.decode(Int.self, forKey: key)
        guard (0...time.limit).contains(value) else {
          throw BehaviourError(description: "\(time.name) must be an integer from 0 to \(time.limit)")
        }
        self[keyPath: time.place] = value
      } else if key.stringValue == "seed" {
        seed = try fields.decode(UInt64.self, forKey: key)
      } else if key.stringValue == "hold" {
        hold = try fields.decode(Bool.self, forKey: key)
      } else if key.stringValue == "share" {
        share = try Self.shares(try fields.decode([String: Double].self, forKey: key))
      } else {
        let known = Self.times.map(\.name) + ["seed", "hold", "share"]
        throw BehaviourError(description: "\(key.stringValue) is not known; known are \(known.joined(separator: ", "))")
      }
    }
  }

  private static func shares(_ given: [String: Double]) throws -> [Answer: Double] {
    var shares: [Answer: Double] = [:]
    for (name, share) in given.sorted(by: { $0.key < $1.key }) {
      guard let answer = Answer(rawValue: name) else {
        let known = Answer.allCases.map(\.rawValue).joined(separator: ", ")
        throw BehaviourError(description: "share.\(name) is not known; known are \(known)")
      }
      guard (0...1).contains(share) else {
        throw BehaviourError(description: "share.\(name) must be from 0 to 1")
      }
      shares[answer] = share
    }
    // Room for the rounding of sums such as 0.1 + 0.2 + 0.7.
    guard shares.values.reduce(0, +) <= 1 + 1e-9 else {
      throw BehaviourError(description: "the shares add up to more than 1")
    }
    return shares
  }

  /// All fields, with the share of `ok` that results.
  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    for time in Self.times { try fields.encode(self[keyPath: time.place], forKey: Key(time.name)) }
    try fields.encode(seed, forKey: Key("seed"))
    if hold { try fields.encode(true, forKey: Key("hold")) }
    let others = share.filter { $0.key != .ok && $0.value > 0 }
    var shares = Dictionary(uniqueKeysWithValues: others.map { ($0.key.rawValue, $0.value) })
    shares[Answer.ok.rawValue] = max(0, 1 - others.values.reduce(0, +))
    try fields.encode(shares, forKey: Key("share"))
  }

  /// Reads a `PUT`; throws `BehaviourError`.
  static func decode(_ body: [UInt8]) throws(BehaviourError) -> Behaviour {
    do {
      return try JSONDecoder().decode(Behaviour.self, from: Data(body))
    } catch let error as BehaviourError {
      throw error
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw BehaviourError(description: "\(path.isEmpty ? "the body" : path) is not of the right type")
    } catch {
      throw BehaviourError(description: "the body is not a JSON object with acceptable numbers")
    }
  }
}

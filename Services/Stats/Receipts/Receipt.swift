import Contracts
import FoundationEssentials

/// A provider's word that a message has reached the person it was for.
struct Receipt: Sendable, Equatable {
  static let maxCount = 1_000

  enum Name: Sendable, Hashable {
    case message(Int64)
    /// As its provider calls it.
    case provider(String)
  }

  var name: Name
  /// When it was delivered; nil for now.
  var at: Date?

  /// `{"receipts": [{"message_id" | "provider_message_id", "delivered_at"?}]}`
  static func read(_ body: JSON, now: Date) throws(Problem) -> [Receipt] {
    var reader = FieldReader(body)
    var receipts: [Receipt] = []
    switch reader.value("receipts", required: true) {
    case .array(let elements)?:
      if elements.isEmpty || elements.count > maxCount {
        reader.fail("receipts", "must be 1 to \(maxCount)")
      } else {
        var faults: [Problem.Field] = []
        for (index, element) in elements.enumerated() {
          do throws(Problem) {
            receipts.append(try one(element, at: "/receipts/\(index)", now: now))
          } catch {
            faults += error.errors
          }
        }
        // Each names its own place.
        if !faults.isEmpty { throw Problem.invalid(Array(faults.prefix(1_000))) }
      }
    case let other?: reader.fail("receipts", "must be an array, not \(other.kind)")
    case nil: break
    }
    try reader.finish()
    return receipts
  }

  private static func one(_ element: JSON, at pointer: String, now: Date) throws(Problem) -> Receipt {
    var reader = FieldReader(element, at: pointer)
    let id = reader.integer("message_id", in: 1...Int64.max)
    let provider = reader.string("provider_message_id", max: 200)
    let at = reader.timestamp("delivered_at")
    if let at, at > now.addingTimeInterval(300) || at.timeIntervalSince1970 < 0 {
      reader.fail("delivered_at", "must be since 1970 and not in the future; it is now \(Timestamp.format(now))")
    }
    if (id == nil) == (provider == nil) && reader.errors.isEmpty {
      reader.fail("message_id", "must be given, or provider_message_id instead of it, and not both")
    }
    try reader.finish()
    let name = id.map { Name.message($0) } ?? .provider(provider ?? "")
    return Receipt(name: name, at: at)
  }
}

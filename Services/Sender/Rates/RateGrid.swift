/// The instants at which one limited thing may have a call: evenly spaced on the database's clock since 1970, the same
/// for every sender that knows the rate. A named slot of 100 ms has those that fall into it.
///
/// A token may be used late by the patience, and an answer takes its time on the way. So the instants are a little
/// further apart than the rate says: whatever is late, no sliding second has more calls than the rate.
struct RateGrid: Sendable, Hashable {
  /// Nanoseconds.
  static let slot: Int64 = 100_000_000
  /// What the way to the provider may add.
  private static let margin: Duration = .milliseconds(5)

  /// How late a token may be used.
  let patience: Duration
  /// Nanoseconds between two instants.
  let spacing: Int64

  /// - Parameters:
  ///   - rate: calls a second, at least 1.
  ///   - other: the rate of something else that must have a token at the same instant: this one's wait for it.
  init(rate: Int, beside other: Int? = nil) {
    let rate = max(1, rate)
    patience = max(.milliseconds(10), other.map { .seconds(1) / max(1, $0) } ?? .zero)
    let second = 1_000_000_000 + (patience + Self.margin).wholeMicroseconds * 1000
    spacing = max(1, (second + Int64(rate) - 1) / Int64(rate))
  }

  /// The slot that holds an instant; nanoseconds since 1970.
  static func slot(at instant: Int64) -> Int64 { instant / slot }

  /// How many tokens a slot has.
  func capacity(of slot: Int64) -> Int { Int(first(in: slot + 1) - first(in: slot)) }

  /// The instants of a slot's tokens by their numbers from 0; nanoseconds since 1970.
  func instants(in slot: Int64, _ numbers: Range<Int>) -> [Int64] {
    let first = first(in: slot)
    return numbers.map { (first + Int64($0)) * spacing }
  }

  private func first(in slot: Int64) -> Int64 { (slot * Self.slot + spacing - 1) / spacing }
}

import FoundationEssentials

/// Tokens found good before, by digest, bounded: two generations, of which the older is dropped when the younger is
/// full, so that what is in use stays. Not the tokens themselves: a dump of memory shows none.
struct TokenCache {
  struct Entry {
    let payload: [UInt8]
    let lifetime: TokenLifetime
  }

  private let generationSize: Int
  private var young: [[UInt8]: Entry] = [:]
  private var old: [[UInt8]: Entry] = [:]

  init(capacity: Int) {
    generationSize = capacity / 2
  }

  var count: Int { young.count + old.count }

  mutating func find(_ digest: [UInt8]) -> Entry? {
    if let entry = young[digest] { return entry }
    guard let entry = old.removeValue(forKey: digest) else { return nil }
    insert(entry, for: digest)
    return entry
  }

  mutating func insert(_ entry: Entry, for digest: [UInt8]) {
    guard generationSize > 0 else { return }
    if young.count >= generationSize {
      old = young
      young = [:]
    }
    young[digest] = entry
  }

  mutating func remove(_ digest: [UInt8]) {
    young[digest] = nil
    old[digest] = nil
  }

  mutating func removeAll() {
    young = [:]
    old = [:]
  }
}

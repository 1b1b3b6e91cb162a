/// What is out at a provider, and whose it is.
struct ProviderLoad: Sendable, Equatable {
  /// Messages of one mailout that are issued and not settled.
  struct Part: Sendable, Equatable {
    var here: Int
    /// At all providers, this one included.
    var everywhere: Int
  }

  private var parts: [Int64: Part]
  /// Mailouts with work here.
  private(set) var busy: Int
  /// Messages of all mailouts that are out here.
  private(set) var outstanding: Int
  /// Of those: issued so long before another that has been settled that they must have been left behind.
  var overtaken = 0
  /// Messages settled since ever.
  var settled: Int64 = 0
  /// How long batches were being called since ever, each as often as it has messages; in milliseconds.
  var calling: Int64 = 0
  /// Batches settled since ever.
  var batches: Int64 = 0

  /// - Parameter parts: by mailout.
  init(_ parts: [Int64: Part] = [:]) {
    self.parts = parts
    busy = parts.values.count { $0.here > 0 }
    outstanding = parts.values.reduce(0) { $0 + $1.here }
  }

  func part(of mailout: Int64) -> Part { parts[mailout] ?? Part(here: 0, everywhere: 0) }

  /// Mailouts with work here, this one counted.
  func mailouts(with mailout: Int64) -> Int { part(of: mailout).here > 0 ? busy : busy + 1 }

  /// So many more of a mailout are about to be out; fewer, below zero.
  /// - Parameter isHere: at this provider, not at another.
  mutating func add(_ count: Int, of mailout: Int64, isHere: Bool) {
    var part = part(of: mailout)
    if isHere {
      busy -= part.here > 0 ? 1 : 0
      part.here += count
      busy += part.here > 0 ? 1 : 0
      outstanding += count
    }
    part.everywhere += count
    parts[mailout] = part
  }
}

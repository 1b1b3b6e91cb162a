import Synchronization

/// Numbers for requests: a counter behind a random prefix for the process.
enum RequestNumber {
  private static let last = Atomic<UInt64>(0)
  private static let prefix = UInt64.random(in: UInt64(1) << 60...UInt64.max)

  static func next() -> UInt64 { last.add(1, ordering: .relaxed).newValue }

  static func name(_ number: UInt64) -> String {
    String(prefix, radix: 16) + "-" + String(number, radix: 16)
  }
}

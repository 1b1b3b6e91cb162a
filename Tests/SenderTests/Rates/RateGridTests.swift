import Testing

@testable import Sender

/// Tokens are evenly spaced, belong to named slots, and never allow more than the rate.
struct RateGridTests {
  @Test func slotsShareTheTokensOut() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let grid = RateGrid(rate: .random(in: 1...5000, using: &random))
      let first = Int64.random(in: 0...20_000_000_000, using: &random)
      var last = Int64.min
      for slot in first..<first + 50 {
        let instants = grid.instants(in: slot, 0..<grid.capacity(of: slot))
        #expect(instants.allSatisfy { RateGrid.slot(at: $0) == slot })
        for instant in instants {
          if last != .min { #expect(instant - last == grid.spacing) }
          last = instant
        }
      }
    }
  }

  /// Whoever takes which token, and however late within its patience it is used: no sliding second has more than the
  /// rate; and when all are used in time, hardly fewer.
  @Test(arguments: [1, 2, 3, 7, 10, 50, 99, 100, 333, 1000, 2500]) func noSlidingSecondIsOver(rate: Int) {
    var random = SystemRandomNumberGenerator()
    for other in [nil, 10, 1000] as [Int?] {
      let grid = RateGrid(rate: rate, beside: other)
      let late = (grid.patience + .milliseconds(5)).wholeMicroseconds * 1000
      for _ in 0..<20 {
        let first = Int64.random(in: 0...20_000_000_000, using: &random)
        let uses = (first..<first + 40).flatMap { slot in
          grid.instants(in: slot, 0..<grid.capacity(of: slot)).map { $0 + Int64.random(in: 0...late, using: &random) }
        }.sorted()
        #expect(Self.busiestSecond(uses) <= rate)
        if other == nil { #expect(Double(uses.count) >= Double(rate) * 4 * 0.97 - 1) }
      }
    }
  }

  private static func busiestSecond(_ uses: [Int64]) -> Int {
    var (busiest, start) = (0, 0)
    for end in uses.indices {
      while uses[end] - uses[start] >= 1_000_000_000 { start += 1 }
      busiest = max(busiest, end - start + 1)
    }
    return busiest
  }
}

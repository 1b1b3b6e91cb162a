import Testing

@testable import Sender

struct SteadyWallTests {
  private let start = ContinuousClock.now

  /// What it reads after so long, with the system's clock set by so much.
  private func readings(_ steps: [(elapsed: Double, set: Double)]) -> [Double] {
    var wall = SteadyWall()
    return steps.map { step in
      let system = Moment(
        wall: 1_000_000_000 + Int64((step.elapsed + step.set) * 1e6), monotonic: start + .seconds(step.elapsed))
      return (Double(wall.read(system).wall) - 1e9) / 1e6
    }
  }

  @Test func aStepBackIsNotFollowed() {
    #expect(readings([(0, 0), (1, 0), (2, -1), (3, -1), (60, -1)]) == [0, 1, 2, 3, 60])
  }

  @Test func aStepForwardIs() {
    #expect(readings([(0, 0), (1, 1), (2, 1)]) == [0, 2, 3])
  }

  @Test func aCorrectionOfAGreatErrorIs() {
    #expect(readings([(0, 0), (1, 3600), (2, 0), (3, 0)]) == [0, 3601, 2, 3])
  }
}

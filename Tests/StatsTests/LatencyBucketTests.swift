import Testing

@testable import Stats

struct LatencyBucketTests {
  @Test func everyLatencyIsWithinAFifthOfItsBucketsBound() {
    for milliseconds in 1...20_000 {
      let bound = LatencyBucket.bound(of: LatencyBucket.index(ofMilliseconds: milliseconds))
      #expect(bound >= Double(milliseconds) * 0.999 && bound <= Double(milliseconds) * 1.2)
    }
  }

  @Test func percentiles() {
    let counts = [LatencyBucket.index(ofMilliseconds: 10): Int64(98), LatencyBucket.index(ofMilliseconds: 500): 2]
    #expect((9...12).contains(LatencyBucket.percentile(0.5, of: counts) ?? 0))
    #expect((499...600).contains(LatencyBucket.percentile(0.99, of: counts) ?? 0))
    #expect(LatencyBucket.percentile(0.5, of: [:]) == nil)
  }
}

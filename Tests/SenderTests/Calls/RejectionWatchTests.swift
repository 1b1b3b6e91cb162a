import Testing

@testable import Sender

struct RejectionWatchTests {
  @Test func moreThanHalfForOneReasonIsTooMuch() {
    var watch = RejectionWatch()
    var noted: [Bool] = []
    for _ in 0..<101 { noted.append(watch.note("code_17", of: 1)) }
    #expect(noted == Array(repeating: false, count: 100) + [true])
    // It starts afresh.
    let again = watch.note("code_17", of: 1)
    #expect(!again)
  }

  @Test func halfIsNot() {
    var watch = RejectionWatch()
    for index in 0..<2000 {
      let isTooMuch = watch.note(index % 2 == 0 ? "code_17" : nil, of: 1)
      #expect(!isTooMuch)
    }
  }

  @Test func differentReasonsAndMailoutsAreCountedApart() {
    var watch = RejectionWatch()
    for index in 0..<2000 {
      let isTooMuch = watch.note("code_\(index % 2)", of: 1)
      #expect(!isTooMuch)
    }
    for index in 0..<190 {
      let isTooMuch = watch.note("code_1", of: 10 + Int64(index % 2))
      #expect(!isTooMuch)
    }
  }

  @Test func oldRejectionsAreForgotten() {
    var watch = RejectionWatch()
    for _ in 0..<100 { _ = watch.note("code_1", of: 1) }
    for _ in 0..<200 { _ = watch.note(nil, of: 1) }
    let isTooMuch = watch.note("code_1", of: 1)
    #expect(!isTooMuch)
  }
}

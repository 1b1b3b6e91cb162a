import Testing

@testable import MailoutScheduler

struct ProviderLoadTests {
  private let load = ProviderLoad([
    1: .init(here: 30, everywhere: 50), 2: .init(here: 0, everywhere: 7), 3: .init(here: 5, everywhere: 5),
  ])

  @Test func whoHasWorkHereIsBusy() {
    #expect(load.busy == 2 && load.outstanding == 35)
    #expect(load.mailouts(with: 1) == 2)
    #expect(load.mailouts(with: 2) == 3)
    #expect(load.mailouts(with: 9) == 3)
    #expect(load.part(of: 9) == .init(here: 0, everywhere: 0))
  }

  @Test func whatIsGrantedCountsAsOut() {
    var load = load
    load.add(10, of: 2, isHere: true)
    load.add(10, of: 3, isHere: true)
    #expect(load.busy == 3 && load.outstanding == 55)
    #expect(load.part(of: 2) == .init(here: 10, everywhere: 17))
    load.add(-5, of: 3, isHere: true)
    load.add(-10, of: 2, isHere: true)
    load.add(-30, of: 1, isHere: true)
    #expect(load.busy == 1 && load.outstanding == 10)
  }

  @Test func whatIsGrantedElsewhereCountsThereOnly() {
    var load = load
    load.add(4, of: 9, isHere: false)
    #expect(load.busy == 2 && load.outstanding == 35)
    #expect(load.part(of: 9) == .init(here: 0, everywhere: 4))
  }
}

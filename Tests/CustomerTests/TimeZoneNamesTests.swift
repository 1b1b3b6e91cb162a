import Testing

@testable import Customer

@Suite struct TimeZoneNamesTests {
  private static let text = """
    # version 2025b
    # This zic input file is in the public domain.
    R Z 1916 o - Jun 14 23s 1 S
    Z Europe/Kyiv 2:2:4 - LMT 1880
    2:2:4 - KMT 1924 May 2
    Z Etc/UTC 0 - UTC
    L Etc/UTC UTC
    L Europe/Kyiv Europe/Kiev
    """

  @Test func zonesAndLinksAreNames() throws {
    let zones = TimeZoneNames(tzdata: Self.text)
    #expect(zones.version == "2025b")
    #expect(zones.count == 4)
    for name in ["Europe/Kyiv", "Europe/Kiev", "UTC", "Etc/UTC"] { #expect(try zones.check(name) == name) }
  }

  @Test(arguments: ["", "Europe/Kiew", "europe/kyiv", "Z", "R", "2:2:4", "Mars/Base", "+03:00"])
  func otherNamesAreRefused(_ name: String) {
    let zones = TimeZoneNames(tzdata: Self.text)
    let fault = #expect(throws: FieldFault.self) { try zones.check(name) }
    #expect(fault?.detail.contains("\"\(name)\"") == true)
    #expect(fault?.detail.contains("2025b") == true)
  }

  @Test func theSystemKnowsTheWholeDatabase() throws {
    let zones = try TimeZoneNames.system()
    #expect(zones.count > 500)
    for name in ["UTC", "Europe/Moscow", "US/Pacific", "Europe/Kiev", "Asia/Kolkata", "GMT", "Etc/GMT+12"] {
      #expect(zones.contains(name))
    }
  }

  @Test func aMissingDatabaseIsToldAtTheStart() {
    #expect(throws: CustomerError.self) { try TimeZoneNames.system("/nonexistent/tzdata.zi") }
  }
}

import Postgres

/// The phone codes and zones that customers have.
struct CustomerNames: Sendable {
  let phoneCodes: NamesInUse
  let timezones: NamesInUse

  init(zones: TimeZoneNames, pool: PostgresPool) {
    phoneCodes = NamesInUse(.phoneCode, pool: pool)
    timezones = NamesInUse(.timezone(zones), pool: pool)
  }

  /// Sees to it that these are in the directory.
  func record(phoneCodes: some Collection<String>, timezones: some Collection<String>) async throws {
    try await self.phoneCodes.record(phoneCodes.sorted())
    try await self.timezones.record(timezones.sorted())
  }

  /// Records whatever customers hold.
  func complete() async throws {
    try await phoneCodes.complete()
    try await timezones.complete()
  }
}

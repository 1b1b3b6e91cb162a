import Glibc

/// Moments of arrival: nanoseconds since 1970 by the wall clock.
enum ArrivalTime {
  static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// RFC 3339 in UTC with microseconds: "2026-01-02T03:04:05.000006Z".
  static func text(_ nanoseconds: Int64) -> String {
    var second = time_t(nanoseconds / 1_000_000_000)
    var parts = tm()
    gmtime_r(&second, &parts)
    let date = [pad(Int(parts.tm_year) + 1900, 4), pad(Int(parts.tm_mon) + 1, 2), pad(Int(parts.tm_mday), 2)]
    let time = [pad(Int(parts.tm_hour), 2), pad(Int(parts.tm_min), 2), pad(Int(parts.tm_sec), 2)]
    let fraction = pad(Int(nanoseconds % 1_000_000_000 / 1000), 6)
    return "\(date.joined(separator: "-"))T\(time.joined(separator: ":")).\(fraction)Z"
  }

  static func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds / 1000) / 1_000_000 }

  private static func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

internal import Glibc

/// The figures every process shows about itself, under the names Prometheus gives them.
enum ProcessMetrics {
  static func declare(in metrics: Metrics) {
    metrics.gauge("process_resident_memory_bytes", "Resident memory.") { residentBytes() }
    metrics.counter("process_cpu_seconds_total", "User and system CPU time.") { cpuSeconds() }
    metrics.gauge("process_open_fds", "Open file descriptors.") { Double(openDescriptors()) }
    let start = startSeconds()
    metrics.gauge("process_start_time_seconds", "Start of the process, in seconds since 1970.") { start }
  }

  private static func residentBytes() -> Double {
    // The second number of statm counts resident pages.
    let pages = field(1, of: (try? TextFile.read("/proc/self/statm")) ?? "")
    return (pages ?? 0) * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static func cpuSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  private static func openDescriptors() -> Int {
    guard let directory = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    // Not counted: ".", "..", and the one that reads the directory.
    return count - 3
  }

  private static func startSeconds() -> Double {
    // The name in parentheses may hold blanks; the start time in ticks since boot is the 20th field after it.
    let stat = (try? TextFile.read("/proc/self/stat")) ?? ""
    let ticks = stat.lastIndex(of: ")").flatMap { field(19, of: String(stat[stat.index(after: $0)...])) } ?? 0
    let boot = ((try? TextFile.read("/proc/stat")) ?? "").split(separator: "\n").first { $0.hasPrefix("btime ") }
    return (boot.flatMap { field(1, of: String($0)) } ?? 0) + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func field(_ index: Int, of text: String) -> Double? {
    let fields = text.split(whereSeparator: \.isWhitespace)
    return fields.indices.contains(index) ? Double(fields[index]) : nil
  }
}

import Contracts

/// Adds up the chunks' reports in the order of the file, whatever order they come in.
struct ImportTally: Sendable {
  private var sum = ImportReport()
  private var next = 1
  private var waiting: [Int: ImportReport] = [:]
  /// What ended the import before its time; the first of such things.
  private(set) var failure: (any Error)?
  /// Whether a chunk could not be imported; then no more are sent.
  private(set) var isChunkFailed = false

  mutating func add(_ result: Result<ImportReport, Problem>, ofChunk number: Int) {
    switch result {
    case .success(let report):
      waiting[number] = report
      while let report = waiting.removeValue(forKey: next) {
        sum.add(report)
        next += 1
      }
    case .failure(let problem):
      isChunkFailed = true
      fail(problem)
    }
  }

  mutating func fail(_ error: any Error) {
    if failure == nil { failure = error }
  }

  /// Everything done, also behind a chunk that failed.
  var report: ImportReport {
    waiting.sorted { $0.key < $1.key }.reduce(into: sum) { $0.add($1.value) }
  }
}

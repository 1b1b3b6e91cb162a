import Contracts
import HTTPServer

/// One upload: reads the body, cuts it into chunks, has a few imported at a time. Needs the memory of those few.
struct ImportRun: Sendable {
  let sender: ChunkSender
  let limits: ImportLimits

  /// - Returns: what was done, and what ended it before the body's end, if anything did.
  func run(_ body: HTTPBody, _ splitter: any ImportSplitter) async -> ImportTally {
    await withTaskGroup(of: (Int, Result<ImportReport, Problem>).self) { group in
      var splitter = splitter
      var tally = ImportTally()
      var pieces = body.makeAsyncIterator()
      var inFlight = 0
      var isOver = false
      while !isOver, tally.failure == nil {
        do {
          if let piece = try await pieces.next() {
            try splitter.feed(piece)
          } else {
            isOver = true
            try splitter.finish()
          }
        } catch {
          // What is complete before the fault still goes in, so that the outcome does not depend on the arrival.
          isOver = true
          tally.fail(error)
          if Self.isGone(error) { group.cancelAll() }
        }
        let (format, columns) = (splitter.format, splitter.columns)
        for chunk in splitter.takeChunks() {
          if inFlight == limits.inFlight, let (number, result) = await group.next() {
            tally.add(result, ofChunk: number)
            inFlight -= 1
          }
          if tally.isChunkFailed { break }
          inFlight += 1
          group.addTask { (chunk.number, await send(chunk, format, columns)) }
        }
      }
      for await (number, result) in group { tally.add(result, ofChunk: number) }
      return tally
    }
  }

  private func send(
    _ chunk: ImportChunk, _ format: ImportFormat, _ columns: [String]
  ) async -> Result<ImportReport, Problem> {
    do {
      return .success(try await sender.send(chunk, format: format, columns: columns))
    } catch {
      return .failure(error)
    }
  }

  /// Whether nobody waits for the answer any more.
  private static func isGone(_ error: any Error) -> Bool {
    guard let error = error as? HTTPServerError else { return false }
    return error.code == .clientGone || error.code == .cancelled
  }
}

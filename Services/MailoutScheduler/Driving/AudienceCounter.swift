import Contracts
import EventLoop

/// Counts the audience's exact size, beside the sending.
struct AudienceCounter: Sendable {
  let id: Int64
  let tools: DriverTools

  func run() async {
    while !Task.isCancelled {
      do {
        guard let mailout = try await tools.lookUp(id)?.mailout, mailout.audience == nil else { return }
        let count = try await tools.audience.count(
          AudienceCountQuery(filter: mailout.draft.filter, through: mailout.audienceThrough))
        try await tools.life.setAudience(id, count: count.count)
        return
      } catch {
        tools.log.warning("the audience could not be counted yet", [.mailoutID(id), .error(error)])
        do { try await EventLoop.sleep(for: .seconds(2)) } catch { return }
      }
    }
  }
}

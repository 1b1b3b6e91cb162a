import Contracts
import FoundationEssentials

/// Driving the messages of no mailout: they have no cohorts, and each its own end.
extension MailoutDriver {
  func turnSingles(_ state: inout DriveState, now: Date) async throws -> Turn {
    let room = SingleRoom(tools: tools, mailout: state.mailout)
    if now >= state.lookAtEnds {
      state.lookAtEnds = now.addingTimeInterval(1)
      guard try await room.endOverdue(now: now) else { return .stale }
    }
    switch try await room.issueDue(now: now) {
    case .issued: return .worked
    case .stale: return .stale
    case .nothing(let next, _):
      let wait = next.map { Duration.seconds($0.timeIntervalSince(now)) } ?? .seconds(1)
      return .idle(until: .now + min(.seconds(1), max(.milliseconds(50), wait)))
    }
  }
}

import Foundation
import Testing

@testable import Sender

/// The end of a mailout, moved or come, for what is queued and what is being called.
extension DispatcherTests {
  @Test func aNewEarlierEndCountsForWhatIsQueued() async throws {
    try await Self.withHangingCopy { copy in
      await copy.tell(Self.control(.running, deadline: .now))
      try await Self.nine(copy, .expired, "deadline")
    }
  }

  /// Also for the call that is under way.
  @Test func aNewEarlierEndClipsTheCallUnderWay() async throws {
    try await Self.withHangingCopy { copy in
      await copy.tell(Self.control(.running, deadline: .now.addingTimeInterval(600)))
      let left = try await copy.provider.clipped.first { _ in true }
      #expect(left > .zero && left <= .seconds(600))
      // Nothing is to be called once the one under way has its answer.
      await copy.tell(Self.control(.cancelled, revision: 5))
      try await Self.nine(copy, .cancelled, "cancelled")
    }
  }

  @Test func theEndComesWhileTheProviderHangs() async throws {
    try await Self.withHangingCopy { copy in
      copy.freeze(for: .seconds(7200))
      // The lease is over too, but the end comes first: nothing is called for anybody any more.
      try await Self.nine(copy, .expired, "deadline")
    }
  }

  @Test func theCallIsClippedToTheEnd() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let copy = SenderCopy("a", pool: pool, row: try await SenderCopy.row(pool) { $0.timeout = .seconds(1000) })
      try await copy.run {
        try await copy.accept(Self.batch(count: 1, seconds: 600))
        let call = try await copy.provider.calls.first { _ in true }
        #expect(call.timeout <= .seconds(600))
      }
    }
  }
}

import EventLoop
public import Service

/// Something that has to be done now and then, at no particular time.
public struct Housekeeping: Component {
  public let name = "housekeeping"
  public let stopMode = StopMode.cancellation
  private let pause: Duration
  private let log: Log
  private let body: @Sendable () async throws -> Void

  public init(every pause: Duration, log: Log, _ body: @escaping @Sendable () async throws -> Void) {
    self.pause = pause
    self.log = log
    self.body = body
  }

  public func run() async {
    while !Task.isCancelled {
      do {
        try await body()
      } catch {
        log.warning("housekeeping failed, it is tried again later", [.error(error)])
      }
      do { try await EventLoop.sleep(for: pause) } catch { return }
    }
  }
}

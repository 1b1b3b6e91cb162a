import Service

/// Batches in, calls out, until shutdown: then no new batch, the calls under way end and are committed, and what is
/// left goes back to the broker while its connection still stands.
struct SendingComponent: Component {
  let name = "sending"
  let dispatcher: Dispatcher
  let batches: BatchConsumer
  let isConnected: @Sendable () -> Bool

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await watchConnection() }
      group.addTask {
        await batches.run {
          await dispatcher.stop()
          await dispatcher.finished()
        }
      }
      await dispatcher.run()
      await group.next()
      group.cancelAll()
    }
  }

  /// A sender that has lost its broker starts no call.
  private func watchConnection() async {
    while !Task.isCancelled {
      await dispatcher.setConnected(isConnected())
      do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
    }
  }
}

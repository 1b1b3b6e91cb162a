extension PostgresPool {
  public func listen(_ channel: String) -> AsyncStream<String> {
    AsyncStream { continuation in
      let task = Task { while !Task.isCancelled { continuation.yield(""); try? await Task.sleep(for: .milliseconds(200)) } }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}

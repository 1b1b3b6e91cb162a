/// A continuation and what it is to be resumed with, once no lock is held.
///
/// Resuming takes the task's own lock, which a canceller holds while it runs the task's cancellation handlers; and
/// those take the exchange's lock. So a continuation resumed with that lock held could deadlock with a cancellation.
enum Wakeup: Sendable {
  case reader(CheckedContinuation<InputBuffer.Chunk, Never>, InputBuffer.Chunk)
  case writer(CheckedContinuation<OutputBuffer.Written, Never>, OutputBuffer.Written)

  func resume() {
    switch self {
    case .reader(let continuation, let chunk): continuation.resume(returning: chunk)
    case .writer(let continuation, let written): continuation.resume(returning: written)
    }
  }
}

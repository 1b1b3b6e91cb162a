import Contracts
import Service

/// The queue of a provider that was deleted. What still comes by it is handed back to the scheduler, as a disabled
/// provider's work is; seen empty, it loses its consumers; and if it stays empty, it is deleted.
struct RetiredQueue: Sendable, Equatable {
  enum Step: Sendable, Equatable {
    /// Not yet.
    case wait
    /// Nothing is left: end the consumers.
    case leave
    /// Something has come after all: take the consumers up again.
    case reopen
    /// Nobody has it, and nothing is in it.
    case delete
    /// It is gone.
    case forget
  }

  /// Schedulers may not have heard of the deletion before.
  static let patience: Duration = .seconds(30)
  /// So long after the word the last consumer has ended.
  static let rest: Duration = .seconds(15)

  var id: Int64
  var provider: String
  /// Since the provider was deleted.
  var age: Duration
  /// Since it was seen empty; nil while it is emptied.
  var drained: Duration?

  /// What is to be done with it.
  /// - Parameters:
  ///   - state: what the broker says of it; nil for no such queue.
  ///   - openClaims: batches of it that are not settled.
  func step(messages: Int?, consumers: Int, openClaims: Int64) -> Step {
    guard let messages else { return .forget }
    guard let drained else {
      return messages == 0 && openClaims == 0 && age >= Self.patience ? .leave : .wait
    }
    if messages > 0 || openClaims > 0 { return .reopen }
    return consumers == 0 && drained >= Self.rest ? .delete : .wait
  }

  /// As a provider that takes no work, to hand its batches back. Its id is none of a provider's.
  var emptied: Provider {
    Provider(
      id: -id, revision: 0, name: provider, baseURL: "http://127.0.0.1:9", token: Secret(""), isEnabled: false,
      isEnvironment: false, settings: ProviderSettings(), circuit: Circuit(), createdAt: 0, updatedAt: 0)
  }
}

import Postgres
import Synchronization

/// Sees to it that every phone code (or zone) that a customer has is in the directory.
///
/// A name is recorded before the first customer who has it is written, and once in each process. What a delete at the
/// same moment takes away again, `complete` puts back.
final class NamesInUse: Sendable {
  private let store: NamedStore
  private let pool: PostgresPool
  private let known = Mutex<Set<String>>([])

  init(_ kind: NamedKind, pool: PostgresPool) {
    store = NamedStore(kind)
    self.pool = pool
  }

  /// Records names that are new.
  func record(_ names: [String]) async throws {
    let new = known.withLock { known in names.filter { !known.contains($0) } }
    if new.isEmpty { return }
    try await store.add(new, on: pool)
    known.withLock { $0.formUnion(new) }
  }

  /// The name has been deleted or renamed: the next customer who has it brings it back.
  func forget(_ name: String) { known.withLock { _ = $0.remove(name) } }

  /// Records whatever customers hold.
  func complete() async throws {
    let names = try await store.inUse(on: pool)
    if !names.isEmpty { try await store.add(names, on: pool) }
  }
}

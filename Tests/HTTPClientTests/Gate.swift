import Glibc

/// Something that happens once and that a thread of the test server waits for. Unchecked: a semaphore is made for it.
final class Gate: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func open() { sem_post(semaphore) }

  /// Passes the opening on, so that any number may wait.
  func wait() {
    while sem_wait(semaphore) != 0 {}
    sem_post(semaphore)
  }
}

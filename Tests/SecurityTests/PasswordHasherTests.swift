import Dispatch
import Testing

@testable import Security

@Suite struct PasswordHasherTests {
  private let hasher = PasswordHasher(cost: .minimum)

  @Test func knowsThePasswordAgain() async throws {
    let hash = try await hasher.hash("correct horse — батарея")
    #expect(hash.hasPrefix("$argon2id$v=19$m=8,t=1,p=1$"))
    #expect(try await hasher.verify("correct horse — батарея", against: hash))
    #expect(try await !hasher.verify("correct horse", against: hash))
    #expect(try await !hasher.verify("", against: hash))
    #expect(try await hasher.hash("correct horse — батарея") != hash, "salted")
  }

  @Test func costsWhatALogInShould() async throws {
    let hash = try await PasswordHasher().hash("secret")
    #expect(hash.hasPrefix("$argon2id$v=19$m=65536,t=2,p=1$"))
    #expect(!PasswordHasher().needsRehash(hash))
    #expect(hasher.needsRehash(hash), "made at another cost")
    #expect(hasher.needsRehash("$2b$12$bcrypt"))
    #expect(try await hasher.verify("secret", against: hash))
  }

  @Test func unknownUsersAndForeignHashesMatchNothing() async throws {
    #expect(try await !hasher.verify("secret", against: nil))
    #expect(try await !hasher.verify("secret", against: "$2b$12$bcrypt"))
    #expect(try await !hasher.verify("", against: ""))
  }

  @Test func tooLongPasswordsAreRefused() async throws {
    let longest = String(repeating: "x", count: PasswordHasher.maximumBytes)
    let hash = try await hasher.hash(longest)
    #expect(try await hasher.verify(longest, against: hash))
    #expect(try await !hasher.verify(longest + "x", against: hash))
    let error = await #expect(throws: SecurityError.self) { try await hasher.hash(longest + "x") }
    #expect(error?.code == .passwordTooLong)
  }

  @Test func aFloodIsRefusedAtOnce() async throws {
    let hasher = PasswordHasher(threads: 1, maxWaiting: 0, cost: .minimum)
    let gate = DispatchSemaphore(value: 0)
    let (holding, told) = AsyncStream.makeStream(of: Void.self)
    async let held: Void = hasher.workers[0].hold(until: gate, told)
    // Children begin in any order.
    _ = await holding.first { _ in true }
    async let first = hasher.hash("first")
    while hasher.pendingCount == 0 { try await Task.sleep(for: .milliseconds(1)) }
    let error = await #expect(throws: SecurityError.self) { try await hasher.hash("second") }
    #expect(error?.code == .busy)
    gate.signal()
    await held
    _ = try await first
    #expect(hasher.pendingCount == 0)
    _ = try await hasher.hash("third")
  }
}

extension PasswordWorker {
  /// Keeps the worker's thread busy, and tells that it does.
  fileprivate func hold(until gate: DispatchSemaphore, _ told: AsyncStream<Void>.Continuation) {
    told.yield()
    gate.wait()
  }
}

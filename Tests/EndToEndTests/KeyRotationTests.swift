import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// Signing keys change under way: nobody is thrown out, but by the order that is for that.
  struct KeyRotationTests {
    private func rotate(_ option: String) async throws {
      let environment = ProcessInfo.processInfo.environment
      let stack = try await Stack.shared()
      let binaries = try #require(environment["MAILOUT_TEST_BIN"])
      let process = Process()
      process.executableURL = URL(filePath: "\(binaries)/Customer")
      process.arguments = ["rotate-token-key", "\(stack.state)/secrets/token-keys.json", option]
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
    }

    private func keys(_ api: API) async throws -> Int {
      try await API(base: api.base).get("/.well-known/jwks.json").json["keys"]?.elements.count ?? 0
    }

    @Test func tokensOfTheOldKeyWorkDuringTheOverlapAndFailOnceItIsGone() async throws {
      let old = try await API.admin()
      let before = try await keys(old)
      try await rotate("--now")
      // Until the service has read its file it signs with the old key; the gateway asks when it first meets the new one.
      let new = try await eventually("a token of the new key", within: .seconds(900)) {
        let api = try await API.admin()
        let answer = try await api.get("/api/me")
        return answer.status == 200 && api.keyID != old.keyID ? api : nil
      }
      #expect(try await keys(new) == before + 1)
      #expect(try await old.get("/api/me").status == 200)
      try await rotate("--forget-others")
      _ = try await eventually("the forgotten keys' tokens are refused", within: .seconds(900)) {
        let refused = try await old.get("/api/me").status == 401
        return try await new.get("/api/me").status == 401 && refused ? true : nil
      }
      let last = try await API.admin()
      #expect(try await last.get("/api/me").status == 200)
      #expect(try await keys(last) == 1)
    }
  }
}

import FoundationEssentials
import Security
import Testing

@testable import Customer

/// Keys come and go without a moment in which a good token is refused.
@Suite struct TokenRotationTests {
  private let start = Date(timeIntervalSince1970: 1_795_251_600)

  private func withFile(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "mailout-keys-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try TokenKeys.generate(file: path)
    try body(path)
  }

  private func published(_ path: String, at now: Date) throws -> Set<String> {
    Set(try KeySet(jwks: try TokenKeys(file: path).published(at: now)).ids)
  }

  @Test func aNewKeyIsPublishedBeforeItSignsAndTheOldOneUntilItsTokensHaveLapsed() throws {
    try withFile { path in
      let old = try TokenKeys(file: path).signing(at: start).id
      let soon = start.addingTimeInterval(RotationOrder.delay)
      let new = try TokenKeys.rotate(file: path, from: soon, forgetsOthers: false, now: start)
      let keys = try TokenKeys(file: path)
      #expect(keys.signing(at: start).id == old)
      #expect(try published(path, at: start) == [old, new])
      #expect(keys.signing(at: soon).id == new)
      let last = soon.addingTimeInterval(TokenKeys.overlap)
      #expect(try published(path, at: last) == [old, new])
      #expect(try published(path, at: last.addingTimeInterval(1)) == [new])
      // The next rotation takes it out of the file.
      let third = try TokenKeys.rotate(file: path, from: last, forgetsOthers: false, now: last.addingTimeInterval(1))
      #expect(try TokenKeys(file: path).entries.map(\.key.id) == [new, third])
    }
  }

  @Test func aKeySomebodyHasGotHoldOfIsForgottenAtOnce() throws {
    try withFile { path in
      _ = try RotationOrder([path, "--forget-others"]).carryOut(now: start)
      let keys = try TokenKeys(file: path)
      #expect(keys.entries.count == 1)
      #expect(try published(path, at: start) == [keys.signing(at: start).id])
    }
  }

  @Test func theFileStaysItsOwnersAlone() throws {
    try withFile { path in
      _ = try RotationOrder([path, "--now"]).carryOut(now: start)
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
      #expect(try TokenKeys(file: path).entries.count == 2)
    }
  }

  @Test func theBoxTakesAChangeInAndKeepsItsKeysWhenTheFileIsBroken() throws {
    try withFile { path in
      let box = try TokenKeyBox(file: path)
      let old = box.signingKey.id
      #expect(try box.reload() == false)
      _ = try RotationOrder([path, "--now"]).carryOut(now: Date(timeIntervalSinceNow: -1))
      #expect(try box.reload() == true)
      let new = box.signingKey.id
      #expect(new != old)
      #expect(Set(try KeySet(jwks: try box.published()).ids) == [old, new])
      try Data("{}".utf8).write(to: URL(filePath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      #expect(throws: CustomerError.self) { try box.reload() }
      #expect(box.signingKey.id == new)
    }
  }

  @Test func tokensOfBothKeysVerifyDuringTheOverlapAndOfTheOldOneNoMoreAfterIt() throws {
    try withFile { path in
      let box = try TokenKeyBox(file: path)
      let old = try box.issuer.token(for: "ann", role: .viewer)
      _ = try RotationOrder([path, "--now"]).carryOut(now: Date(timeIntervalSinceNow: -1))
      _ = try box.reload()
      let new = try box.issuer.token(for: "ann", role: .viewer)
      let verifier = TokenVerifier(keys: try KeySet(jwks: try box.published()), rules: TokenRules())
      #expect(throws: Never.self) { try verifier.verify(old) }
      #expect(throws: Never.self) { try verifier.verify(new) }
      _ = try RotationOrder([path, "--forget-others"]).carryOut()
      _ = try box.reload()
      verifier.replaceKeys(try KeySet(jwks: try box.published()))
      #expect(throws: SecurityError.self) { try verifier.verify(old) }
    }
  }

  @Test func keysWithoutATimeAreReadAsBefore() throws {
    try withFile { path in
      let (first, second) = (try SigningKey.generate(), try SigningKey.generate())
      let text = Array(#"{"keys":["#.utf8) + (try first.privateJWK()) + [UInt8(ascii: ",")] + (try second.privateJWK())
      try Data(text + Array("]}".utf8)).write(to: URL(filePath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      #expect(try TokenKeys(file: path).signing(at: start).id == first.id)
      #expect(try published(path, at: start) == [first.id, second.id])
    }
  }

  @Test func argumentsAreChecked() throws {
    for bad in [[], ["a", "b"], ["--now"], ["--later", "a"], ["a", "--later"]] {
      #expect(throws: CustomerError.self) { try RotationOrder(bad) }
    }
    #expect(try RotationOrder(["--now", "a"]).isNow)
  }
}

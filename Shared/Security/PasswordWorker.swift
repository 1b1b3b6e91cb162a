internal import CSodium
import EventLoop

/// One thread that hashes, one password after the other.
actor PasswordWorker {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(name: String) {
    loop = EventLoop(name: name)
  }

  func hash(_ password: String, _ cost: PasswordCost) throws(SecurityError) -> String {
    var text = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
    let status = crypto_pwhash_str(
      &text, password, UInt64(password.utf8.count), UInt64(cost.operations), cost.memoryBytes)
    guard status == 0 else { throw SecurityError(.library, "no memory to hash a password") }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  func verify(_ password: String, _ stored: String) -> Bool {
    crypto_pwhash_str_verify(stored, password, UInt64(password.utf8.count)) == 0
  }
}

import FoundationEssentials
import Security
import Service
import Synchronization

/// The signing keys in force, read anew when their file changes, so that a rotation needs no restart.
final class TokenKeyBox: Sendable {
  private static let lookAround: Duration = .seconds(5)

  private let path: String
  private let state: Mutex<State>

  private struct State {
    var keys: TokenKeys
    /// What told the file's present content from others when it was read.
    var mark: SecretFile.Mark?
  }

  /// - Throws: `CustomerError` as `TokenKeys`.
  init(file path: String) throws(CustomerError) {
    self.path = path
    let mark = SecretFile.mark(path)
    state = Mutex(State(keys: try TokenKeys(file: path), mark: mark))
  }

  /// Signs with the key whose turn it is.
  var issuer: TokenIssuer { TokenIssuer(key: signingKey) }

  var signingKey: SigningKey { state.withLock { $0.keys.signing(at: .now) } }

  /// The public parts, as a JWKS.
  func published() throws -> [UInt8] { try state.withLock { $0.keys }.published(at: .now) }

  /// Looks at the file now and then until cancelled. One that cannot be read is told, and the keys stay.
  func run(log: Log) async {
    var isTold = false
    while !Task.isCancelled {
      do {
        if try reload() { log.info("signing keys read anew", [.field("signing_key", signingKey.id)]) }
        isTold = false
      } catch {
        if !isTold { log.error("the signing keys stay as they are: their file cannot be read", [.error(error)]) }
        isTold = true
      }
      do { try await Task.sleep(for: Self.lookAround) } catch { return }
    }
  }

  /// Whether the file had changed.
  func reload() throws(CustomerError) -> Bool {
    let mark = SecretFile.mark(path)
    if state.withLock({ $0.mark == mark }) { return false }
    let keys = try TokenKeys(file: path)
    state.withLock { $0 = State(keys: keys, mark: mark) }
    return true
  }
}

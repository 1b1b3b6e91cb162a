import Contracts
import FoundationEssentials
import Postgres
import SMTPClient
import Security
import Service

/// Sends the mails with one-time tokens, this copy or another. What a copy took when it died, another sends once the
/// lease is over; a mail that the server had taken by then comes twice, with another token.
struct ResetMailer: Component {
  /// How often it looks for what is due again, or what another copy has left behind.
  private static let lookAround: Duration = .seconds(2)
  private static let backoff = Backoff(base: .seconds(5), cap: .seconds(300))

  let name = "reset mailer"
  let stopMode = StopMode.cancellation
  let mailbox: ResetMailbox
  let settings: MailSettings
  let client: SMTPClient
  let pool: PostgresPool
  let metrics: CustomerMetrics
  let log: Log
  private let profiles = ProfileStore()
  private let tokens = ResetTokenStore()

  init(mailbox: ResetMailbox, settings: MailSettings, pool: PostgresPool, metrics: CustomerMetrics, log: Log) {
    self.mailbox = mailbox
    self.settings = settings
    client = SMTPClient(configuration: settings.smtp)
    self.pool = pool
    self.metrics = metrics
    self.log = log
  }

  func run() async {
    let persistence = Persistence("wanted mails are looked for", log: log)
    while let hasSent = await persistence.trying({ try await sendNext() }) {
      if !hasSent { await mailbox.bell.wait(until: .now + Self.lookAround) }
    }
  }

  /// Sends one mail that is due.
  /// - Returns: false where none is.
  func sendNext() async throws -> Bool {
    let lease = settings.smtp.timeout + .seconds(30)
    guard let wanted = try await mailbox.store.take(lease: lease, on: pool) else { return false }
    guard let customer = try await profiles.find(email: wanted.address, on: pool) else {
      try await mailbox.store.remove(wanted.id, on: pool)
      metrics.resetMails.with("unknown").increment()
      return true
    }
    let token = SecureRandom.token()
    try await tokens.keep(token, of: customer.id, address: wanted.address, on: pool)
    do throws(SMTPError) {
      let mail = ResetMail(customer: customer, token: token, settings: settings, number: wanted.id)
      try await client.send(try mail.message())
    } catch {
      try await fail(wanted, of: customer.id, token, error)
      return true
    }
    try await mailbox.store.remove(wanted.id, on: pool)
    metrics.resetMails.with("sent").increment()
    log.info("a reset token was mailed", [.customerID(customer.id)])
    return true
  }

  private func fail(
    _ wanted: ResetMailStore.Wanted, of customerID: Int64, _ token: String, _ error: SMTPError
  ) async throws {
    let fields: [LogField] = [.customerID(customerID), .field("attempts", wanted.attempts), .error(error)]
    if error.isFinal { try await tokens.forget(token, on: pool) }
    guard !error.isFinal, !wanted.isLast else {
      try await mailbox.store.remove(wanted.id, on: pool)
      metrics.resetMails.with("failed").increment()
      log.error("a reset token could not be mailed; it is not tried again", fields)
      return
    }
    try await mailbox.store.putOff(wanted.id, by: Self.backoff.delay(attempt: wanted.attempts), on: pool)
    metrics.resetMails.with("deferred").increment()
    log.warning("a reset token could not be mailed yet", fields)
  }
}

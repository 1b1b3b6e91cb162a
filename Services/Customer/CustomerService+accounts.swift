import Messaging
import Postgres
import Security
import Service

extension CustomerService {
  /// Customers by address, and how they log in themselves.
  static func registerAccounts(
    in handlers: inout OperationHandlers, contacts: ContactHandlers, mailbox: ResetMailbox?, keys: TokenKeyBox,
    passwordCost: PasswordCost
  ) {
    let (pool, metrics, log) = (contacts.pool, contacts.metrics, contacts.log)
    let profiles = ProfileHandlers(contacts: contacts)
    profiles.register(in: &handlers)
    let throttle = LoginThrottle(pool: pool)
    // One of their own: a flood of customers' log-ins keeps no operator out.
    let hasher = PasswordHasher(cost: passwordCost)
    SignUpHandlers(profiles: profiles, throttle: throttle, hasher: hasher).register(in: &handlers)
    let sessions = SessionHandlers(
      pool: pool, throttle: throttle, hasher: hasher, keys: keys, audit: contacts.idempotency.audit, metrics: metrics,
      log: log)
    sessions.register(in: &handlers)
    ResetHandlers(mailbox: mailbox, sessions: sessions, contacts: contacts).register(in: &handlers)
  }
}

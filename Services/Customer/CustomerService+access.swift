import Messaging
import Postgres
import Security
import Service

extension CustomerService {
  /// Who may: operators, clients, keys, and the applications they act for.
  static func registerAccess(
    in handlers: inout OperationHandlers, pool: PostgresPool, keys: TokenKeyBox, idempotency: IdempotencyStore,
    outbox: Outbox, openID: OpenIDProvider?, metrics: CustomerMetrics, log: Log, passwordCost: PasswordCost
  ) {
    func administration<Record>() -> Administration<Record> {
      Administration(pool: pool, idempotency: idempotency, outbox: outbox)
    }
    let throttle = LoginThrottle(pool: pool)
    let hasher = PasswordHasher(cost: passwordCost)
    let operators = OperatorStore(pool: pool)
    let tokens = OperatorTokens(refreshTokens: RefreshTokenStore(pool: pool), keys: keys)
    OperatorHandlers(
      operators: operators, throttle: throttle, hasher: hasher, keys: keys, tokens: tokens, audit: idempotency.audit,
      metrics: metrics, log: log
    ).register(in: &handlers)
    OperatorAdministration(administration: administration(), operators: operators, hasher: hasher)
      .register(in: &handlers)
    ExternalLoginHandlers(
      provider: openID, logins: ExternalLoginStore(pool: pool), throttle: throttle, tokens: tokens, outbox: outbox,
      audit: idempotency.audit, metrics: metrics, log: log
    ).register(in: &handlers)
    APIKeyHandlers(administration: administration(), throttle: throttle, metrics: metrics, log: log)
      .register(in: &handlers)
    ClientHandlers(administration: administration(), hasher: hasher).register(in: &handlers)
    ClientTokens(
      pool: pool, throttle: throttle, hasher: hasher, keys: keys, audit: idempotency.audit, metrics: metrics, log: log
    ).register(in: &handlers)
    ApplicationHandlers(administration: administration()).register(in: &handlers)
    RefusalHandlers(pool: pool, audit: idempotency.audit).register(in: &handlers)
  }
}

import AMQP
import Postgres

/// An error that may be gone at the next try: a server that is away, a lock that was lost.
protocol PassingFault: Error {
  var isPassing: Bool { get }
}

extension PostgresError: PassingFault {
  var isPassing: Bool { isRetryable }
}

extension AMQPError: PassingFault {
  var isPassing: Bool { true }
}

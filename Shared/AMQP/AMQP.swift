// AMQP: to be written.

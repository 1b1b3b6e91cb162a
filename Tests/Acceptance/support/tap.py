"""Everything that passes over the broker while the features run, as the broker itself tells it (rabbitmqctl trace_on)."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pika

from support.copy import Copy

# The oldest are forgotten beyond so many bytes.
ROOM = 256 << 20


@dataclass
class Passed:
    """One message as it was published."""

    exchange: str
    type: str | None
    correlation_id: str | None
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Tap:
    """Opened before the first feature; what it holds is taken out once, by `all`."""

    def __init__(self, copy: Copy):
        copy.control("trace_on")
        parameters = pika.URLParameters(copy.amqp_url)
        # Nobody looks after the connection until the end.
        parameters.heartbeat = 0
        self.connection = pika.BlockingConnection(parameters)
        self.channel = self.connection.channel()
        arguments = {"x-max-length-bytes": ROOM}
        self.queue = self.channel.queue_declare("", exclusive=True, arguments=arguments).method.queue
        self.channel.queue_bind(self.queue, "amq.rabbitmq.trace", "publish.#")
        self.taken: list[Passed] = []

    def all(self) -> list[Passed]:
        for method, properties, body in self.channel.consume(self.queue, auto_ack=True, inactivity_timeout=1):
            if method is None:
                break
            told = properties.headers["properties"]
            self.taken.append(Passed(properties.headers["exchange_name"], told.get("type"), told.get("correlation_id"), body))
        self.channel.cancel()
        return self.taken

    def close(self) -> None:
        if self.connection.is_open:
            self.connection.close()

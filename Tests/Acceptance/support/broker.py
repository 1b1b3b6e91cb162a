"""Commands and queries over the broker, as a program sends them: with a user id, a reply queue and a correlation id."""

from __future__ import annotations

import json
import time
import uuid

import pika


class Broker:
    """One connection. `user` is the broker's user of the URL; the broker refuses another in a message."""

    def __init__(self, amqp_url: str):
        parameters = pika.URLParameters(amqp_url)
        self.user = parameters.credentials.username
        self.connection = pika.BlockingConnection(parameters)
        self.channel = self.connection.channel()
        self.replies: list = []
        self.channel.basic_consume("amq.rabbitmq.reply-to", self._take, auto_ack=True)

    def _take(self, channel, method, properties, body) -> None:
        self.replies.append((properties, json.loads(body)))

    def ask(self, exchange: str, routing_key: str, operation: str, data, seconds: float = 300, **attributes) -> tuple[pika.BasicProperties, object, dict]:
        """Sends one command or query; gives the reply's properties and body, and the envelope that was sent."""
        envelope = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": "/acceptance", "type": operation, "data": data, **attributes}
        properties = pika.BasicProperties(
            content_type="application/cloudevents+json", user_id=self.user, reply_to="amq.rabbitmq.reply-to", correlation_id=envelope["id"]
        )
        self.channel.basic_publish(exchange, routing_key, json.dumps(envelope), properties, mandatory=True)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.connection.process_data_events(time_limit=0.2)
            for reply in self.replies:
                if reply[0].correlation_id == envelope["id"]:
                    return *reply, envelope
        raise AssertionError(f"no reply to {operation} within {seconds} s")

    def close(self) -> None:
        if self.connection.is_open:
            self.connection.close()

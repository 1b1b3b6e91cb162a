"""A queue of our own on `mailout.events`, bound before the thing happens that is waited for."""

from __future__ import annotations

import json
import time

import pika

from support.answer import differences


class Listener:
    def __init__(self, amqp_url: str | None, pattern: str):
        assert amqp_url, "the events need the broker's address: MAILOUT_ACCEPTANCE_AMQP_URL"
        self.connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
        self.channel = self.connection.channel()
        queue = self.channel.queue_declare("", exclusive=True).method.queue
        self.channel.queue_bind(queue, "mailout.events", pattern)
        self.incoming = self.channel.consume(queue, auto_ack=True, inactivity_timeout=0.2)
        self.seen: list[dict] = []

    def wait(self, event_type: str, expected, seconds: float) -> dict:
        """The first event, of those that came and come, with the type and at least the expected data."""
        deadline = time.monotonic() + seconds
        looked_at = 0
        while True:
            for event in self.seen[looked_at:]:
                if event["type"] == event_type and not differences(expected, event["data"], whole=False):
                    return event
            looked_at = len(self.seen)
            if time.monotonic() > deadline:
                came = [(event["type"], event["data"]) for event in self.seen if event["type"] == event_type]
                others = sorted({event["type"] for event in self.seen})
                raise AssertionError(f"no {event_type} like {expected} within {seconds} s; came {came}, and of types {others}")
            self._read()

    def _read(self) -> None:
        _, _, body = next(self.incoming)
        if body is not None:
            self.seen.append(json.loads(body))

    def close(self) -> None:
        self.connection.close()

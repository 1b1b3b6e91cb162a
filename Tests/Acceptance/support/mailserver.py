"""A mail server for the copy that the features start: aiosmtpd, in this process. What it takes it keeps."""

from __future__ import annotations

import email
import email.policy
import random
import socket
import threading
import time

from aiosmtpd.controller import Controller


def _free_port() -> int:
    """Below those that the copy takes, and those of outgoing connections: nobody takes it while we are away."""
    while True:
        port = random.randrange(15000, 20000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class MailServer:
    def __init__(self):
        self.came = threading.Condition()
        self.mails: list[tuple[str, email.message.EmailMessage]] = []
        self.port = _free_port()
        self.start()

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self.came:
            self.mails += [(address, message) for address in envelope.rcpt_tos]
            self.came.notify_all()
        return "250 OK"

    def settings(self) -> dict[str, str]:
        """What makes a copy send its mail here."""
        return {
            "MAILOUT_SMTP_URL": f"smtp://127.0.0.1:{self.port}",
            "MAILOUT_SMTP_TLS": "none",
            "MAILOUT_SMTP_FROM": "no-reply@mailout.example",
        }

    def wait(self, address: str, seconds: float) -> email.message.EmailMessage:
        """The newest mail to the address, as soon as there is one; it is taken out."""
        deadline = time.monotonic() + seconds
        with self.came:
            while True:
                for index in reversed(range(len(self.mails))):
                    if self.mails[index][0] == address:
                        return self.mails.pop(index)[1]
                left = deadline - time.monotonic()
                assert left > 0, f"no mail to {address} within {seconds} s"
                self.came.wait(left)

    def stop(self) -> None:
        self.controller.stop()

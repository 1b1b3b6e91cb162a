"""A proxy that cuts a connection off without closing it."""

import socket
import threading
import unittest

from chaos.proxy import Proxies


class ProxyTests(unittest.TestCase):
    def setUp(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.server.close)
        self.proxies = Proxies()
        self.proxy = self.proxies.open(self.server.getsockname()[1])
        self.near = socket.create_connection(("127.0.0.1", self.proxy.port), timeout=120)
        self.addCleanup(self.near.close)
        self.far, _ = self.server.accept()
        self.far.settimeout(120)
        self.addCleanup(self.far.close)

    def settle(self):
        """Whatever was asked of the proxies' thread has been done."""
        done = threading.Event()
        self.proxies.loop.call_soon_threadsafe(done.set)
        done.wait(120)

    def test_bytes_pass_both_ways(self):
        self.near.sendall(b"there")
        self.assertEqual(self.far.recv(10), b"there")
        self.far.sendall(b"back")
        self.assertEqual(self.near.recv(10), b"back")

    def test_what_was_sent_while_frozen_arrives_afterwards(self):
        self.proxies.freeze(self.proxy)
        self.settle()
        self.near.sendall(b"late")
        self.far.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            self.far.recv(10)
        self.far.settimeout(120)
        self.proxies.thaw(self.proxy)
        self.assertEqual(self.far.recv(10), b"late")

    def test_the_end_is_hidden_while_frozen(self):
        self.proxies.freeze(self.proxy)
        self.settle()
        self.far.close()
        self.near.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            self.near.recv(10)
        self.near.settimeout(120)
        self.proxies.thaw(self.proxy)
        self.assertEqual(self.near.recv(10), b"")


if __name__ == "__main__":
    unittest.main()

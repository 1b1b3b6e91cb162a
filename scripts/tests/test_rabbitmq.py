"""The private broker: one node, or several that find one another."""

import tempfile
import unittest
from pathlib import Path

from stack import rabbitmq
from stack.ports import Ports
from stack.state import Failed, State


class BrokerTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mailout-test-")
        self.addCleanup(folder.cleanup)
        self.state = State(Path(folder.name))
        self.state.create()
        self.ports = Ports(self.state.folder / "ports.env", "seed")

    def prepare(self, number: int):
        cluster = rabbitmq.nodes(self.ports, number)
        return cluster, rabbitmq.prepare(self.state, cluster, self.ports.get("epmd"))

    def configuration(self, process: str) -> str:
        return (self.state.server_folder(process, rabbitmq.USER) / "rabbitmq.conf").read_text()

    def test_one_node_knows_of_no_cluster(self):
        _, processes = self.prepare(1)
        self.assertEqual([process.name for process in processes], ["epmd", "rabbitmq"])
        self.assertNotIn("cluster", self.configuration("rabbitmq"))

    def test_every_node_names_all_and_has_ports_of_its_own(self):
        cluster, processes = self.prepare(3)
        self.assertEqual([process.name for process in processes], ["epmd", "rabbitmq", "rabbitmq-2", "rabbitmq-3"])
        for node in cluster:
            for number, peer in enumerate(cluster, 1):
                self.assertIn(f"nodes.{number} = {peer.erlang}\n", self.configuration(node.process))
        self.assertEqual(len({port for node in cluster for port in (node.port, node.distribution)}), 6)

    def test_the_url_has_every_host(self):
        cluster, _ = self.prepare(3)
        self.assertEqual(len(rabbitmq.url(self.state, cluster, "sender").hosts), 3)

    def test_a_cluster_stays_as_it_was_made(self):
        self.prepare(3)
        with self.assertRaises(Failed):
            self.prepare(1)


if __name__ == "__main__":
    unittest.main()

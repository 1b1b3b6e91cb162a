"""Supervision with a real supervisord and a harmless process: restarts, changes, and what a killed supervisord leaves."""

import os
import signal
import tempfile
import unittest
from pathlib import Path

from stack.process import Process
from stack.state import State
from stack.supervisor import Supervisor


class SupervisorTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mailout-test-")
        self.addCleanup(folder.cleanup)
        self.state = State(Path(folder.name))
        self.state.create()
        self.supervisor = Supervisor(self.state)
        self.sleeper = Process("sleeper", ["sleep", "1000"], ready={})
        self.supervisor.write([self.sleeper])
        self.supervisor.start()
        self.addCleanup(self.end)
        self.supervisor.run(["sleeper"])
        self.first = self.pid()
        self.until_it_sleeps(self.first)

    def end(self):
        if self.supervisor.is_running():
            self.supervisor.shutdown()
        self.supervisor.end_orphans()

    def pid(self) -> int:
        self.supervisor.wait(lambda: self.supervisor.processes()["sleeper"]["pid"] != 0, 120, "sleeper has no pid")
        return self.supervisor.processes()["sleeper"]["pid"]

    def other_pid(self) -> int:
        self.supervisor.wait(lambda: self.supervisor.processes()["sleeper"]["pid"] not in (0, self.first), 120, "sleeper did not come back")
        pid = self.supervisor.processes()["sleeper"]["pid"]
        self.until_it_sleeps(pid)
        return pid

    def until_it_sleeps(self, pid: int) -> None:
        """What is told to stop while it is still a copy of supervisord forgets that."""
        self.supervisor.wait(lambda: Path(f"/proc/{pid}/comm").read_text() == "sleep\n", 120, "the shell has not given way")

    def test_a_killed_process_comes_back(self):
        os.kill(self.first, signal.SIGKILL)
        self.assertNotEqual(self.other_pid(), self.first)

    def test_a_process_leaves_when_its_line_does(self):
        self.supervisor.write([])
        self.supervisor.apply()
        self.assertNotIn("sleeper", self.supervisor.processes())
        self.assertFalse(os.path.exists(f"/proc/{self.first}"))

    def test_what_a_killed_supervisor_leaves_is_known_and_ended(self):
        os.kill(self.supervisor.pid(), signal.SIGKILL)
        self.supervisor.wait(lambda: not self.supervisor.is_running(), 120, "supervisord lives")
        self.assertEqual(self.supervisor.orphans().get("sleeper"), self.first)
        self.supervisor.end_orphans()
        self.assertFalse(os.path.exists(f"/proc/{self.first}"))

    def test_what_it_starts_hears_signals_though_the_caller_does_not(self):
        self.supervisor.shutdown()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        try:
            self.supervisor.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self.supervisor.run(["sleeper"])
        blocked = Path(f"/proc/{self.other_pid()}/status").read_text().partition("SigBlk:")[2].split()[0]
        self.assertEqual(int(blocked, 16), 0)

    def test_secrets_are_for_their_owner_alone(self):
        self.state.secret("database-password")
        for path in (*self.state.secrets.iterdir(), *self.state.run.glob("*.sh")):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)


if __name__ == "__main__":
    unittest.main()

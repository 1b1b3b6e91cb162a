"""Makes supervisord restart a dead process at once.

supervisord looks for dead children only when something wakes its loop, else once a second, and starts them in a later turn
of it: up to two seconds. This event listener holds a pidfd of every running process and, when one ends, writes a few bytes
to its own stderr, which supervisord reads: that wakes it.
"""

import os
import select
import sys


def main() -> None:
    poller = select.poll()
    poller.register(0, select.POLLIN)
    watched: set[int] = set()
    naps: list[int] = []  # milliseconds until the next wake-ups
    incoming = b""
    os.write(1, b"READY\n")
    while True:
        happened = poller.poll(naps.pop(0) if naps else None)
        if not happened:
            os.write(2, b".")
        for descriptor, _ in happened:
            if descriptor in watched:
                poller.unregister(descriptor)
                watched.discard(descriptor)
                os.close(descriptor)
                os.write(2, b".")
                naps = [5, 10, 20, 40, 80, 160]
            elif descriptor == 0:
                chunk = os.read(0, 65536)
                if not chunk:
                    return
                incoming += chunk
        while b"\n" in incoming:
            header, _, rest = incoming.partition(b"\n")
            length = int(dict(token.split(b":", 1) for token in header.split())[b"len"])
            if len(rest) < length:
                break
            payload, incoming = rest[:length], rest[length:]
            pid = int(dict(token.split(b":", 1) for token in payload.split()).get(b"pid", b"0"))
            try:
                descriptor = os.pidfd_open(pid)
                watched.add(descriptor)
                poller.register(descriptor, select.POLLIN)
            except OSError:
                naps = [0, 5, 10, 20, 40, 80]  # already gone
            os.write(1, b"RESULT 2\nOKREADY\n")


if __name__ == "__main__":
    sys.exit(main())

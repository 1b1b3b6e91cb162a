"""A TCP proxy between one process and one server, by which their connection is cut off without being closed."""

from __future__ import annotations

import asyncio
import threading


class Proxies:
    """All proxies of a run, in one thread."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def open(self, port: int) -> "Proxy":
        """Leads to a port of this machine."""
        proxy = Proxy(port)
        asyncio.run_coroutine_threadsafe(proxy.listen(), self.loop).result(120)
        return proxy

    def freeze(self, proxy: "Proxy") -> None:
        self.loop.call_soon_threadsafe(proxy.gate.clear)

    def thaw(self, proxy: "Proxy") -> None:
        self.loop.call_soon_threadsafe(proxy.gate.set)


class Proxy:
    """While its gate is closed nothing passes in either direction, not even that a side has closed, and new connections get no answer."""

    def __init__(self, target: int):
        self.target, self.port = target, 0
        self.tasks: set[asyncio.Task] = set()

    async def listen(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.server = server

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.gate.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.ensure_future(self._pump(source, sink))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                await self.gate.wait()
                sink.write(data)
                await sink.drain()
        except OSError:
            pass
        await self.gate.wait()
        sink.close()

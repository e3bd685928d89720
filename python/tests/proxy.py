"""A TCP proxy that cuts what goes through it."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Proxy:
    """Passes bytes on to a port of this machine. `budget` gives, for each connection, how many bytes of the gateway's (and
    `upward` of the client's) get through before it is cut without a word; None: it is not cut."""

    def __init__(
        self,
        port: int,
        budget: Callable[[], int | None] = lambda: None,
        upward: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._target = port
        self._budget = budget
        self._upward = upward
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self.connections = 0
        self.cuts = 0
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        # Who is being let in has to be in before it is closed: a socket that is left open is found when garbage is collected,
        # in another test.
        for listening in self._server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        await self._rounds()
        self._server.close()
        self.cut()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        self.cut()
        # What was cut is closed in the next round.
        await self._rounds()

    @staticmethod
    async def _rounds() -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def lead_to(self, port: int) -> None:
        """Where new connections lead."""
        self._target = port

    def cut(self) -> None:
        """Cuts all connections that are open."""
        for writer in list(self._open):
            self._abort(writer)

    def _abort(self, writer: asyncio.StreamWriter) -> None:
        self._open.discard(writer)
        writer.transport.abort()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            self._abort(writer)
            return
        self._open.add(up_writer)

        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter, budget: int | None) -> None:
            try:
                while data := await source.read(65536):
                    if budget is not None and len(data) >= budget:
                        target.write(data[:budget])
                        await target.drain()
                        self.cuts += 1
                        return
                    if budget is not None:
                        budget -= len(data)
                    target.write(data)
                    await target.drain()
            except OSError:
                return
            finally:
                # What the cut let through is still to be flushed; the other direction ends with it.
                target.close()
                self._open.discard(target)

        down = copy(up_reader, writer, self._budget())
        up = copy(reader, up_writer, self._upward())
        tasks = [asyncio.ensure_future(down), asyncio.ensure_future(up)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._abort(writer)
            self._abort(up_writer)

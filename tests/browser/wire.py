"""A network between the page and Jupyter: it delays what passes, and says what has passed.

Chromium's own throttling does not reach websockets. Here a proxy stands in front of the server::

    with delayed(server, round_trip_ms=120) as far:
        with harness.opened(browser, far, "00_start_here.ipynb") as notebook:
            ...

Every byte takes half of a round trip, in both directions. Order is kept and any number of chunks
can be under way at once, so that the delay does not limit how much passes. The timers of asyncio
add up to a millisecond in each direction.
"""

import asyncio
import threading
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harness import Server

CHUNK = 1 << 18  # bytes


@contextmanager
def delayed(server, round_trip_ms):
    """Put a server farther away; yield it as a `FarServer`.

    Parameters
    ----------
    server : harness.Server
        A running server.
    round_trip_ms : float
        Milliseconds to the server and back; 0 is a proxy that does not wait.
    """
    far = FarServer(server.url, server.token, server.root, round_trip_ms)
    with _proxy(far) as port:
        far.url = urlsplit(server.url)._replace(netloc=f"127.0.0.1:{port}").geturl()
        yield far


@dataclass
class FarServer(Server):
    """A server behind the proxy; ``round_trip_ms`` can be set while pages are open."""

    round_trip_ms: float

    @property
    def one_way(self):
        """Seconds in one direction."""
        return self.round_trip_ms / 2000


@contextmanager
def _proxy(far):
    """Run a proxy for the server in a thread of its own; yield its port."""
    host, port = urlsplit(far.url).hostname, urlsplit(far.url).port
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="wire", daemon=True)
    thread.start()

    async def connect(reader, writer):
        with suppress(OSError, asyncio.CancelledError), closing(writer):
            await asyncio.sleep(2 * far.one_way)  # opening a connection, before any byte
            far_reader, far_writer = await asyncio.open_connection(host, port)
            with closing(far_writer):
                await asyncio.gather(
                    _carry(reader, far_writer, far),
                    _carry(far_reader, writer, far),
                )

    def call(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(30)

    listening = call(asyncio.start_server(connect, "127.0.0.1", 0))
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        call(_end_all())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end_all():
    """Cancel whatever still carries bytes."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _carry(reader, writer, far):
    """Carry all bytes from one end to the other, as late as the server is far."""
    under_way = asyncio.Queue()  # (when it is due, chunk); an empty chunk is the end
    sending = asyncio.create_task(_send(under_way, writer))
    try:
        with suppress(OSError):
            while chunk := await reader.read(CHUNK):
                under_way.put_nowait((_now() + far.one_way, chunk))
        under_way.put_nowait((_now() + far.one_way, b""))
        await sending
    finally:
        sending.cancel()


async def _send(under_way, writer):
    """Send each chunk when it is due, not before."""
    with suppress(OSError):
        while True:
            due, chunk = await under_way.get()
            await asyncio.sleep(max(0.0, due - _now()))
            if not chunk:
                writer.write_eof()  # the other direction goes on
                break
            writer.write(chunk)
            await writer.drain()


def _now():
    return asyncio.get_running_loop().time()


@dataclass
class Traffic:
    """The messages between pages and their kernels, since `clear`: bytes of each."""

    sent: list = field(default_factory=list)  #: by a page to its kernel
    received: list = field(default_factory=list)  #: by a page from its kernel

    def clear(self):
        self.sent.clear()
        self.received.clear()

    def watch(self, page):
        """Count the messages of all kernel connections that the page opens from now on."""
        page.on("websocket", self._watch_socket)

    def _watch_socket(self, socket):
        if "/channels" in socket.url:
            socket.on("framesent", lambda message: self.sent.append(len(message)))
            socket.on("framereceived", lambda message: self.received.append(len(message)))


class CountedBrowser:
    """A browser for `harness.opened` whose pages are counted in ``traffic``."""

    def __init__(self, browser):
        self.browser, self.traffic = browser, Traffic()

    def new_context(self, **options):
        """A context of the browser; each page is watched from its first request on."""
        context = self.browser.new_context(**options)
        context.on("page", self.traffic.watch)
        return context

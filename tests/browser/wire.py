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
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

CHUNK = 1 << 18  # bytes


@contextmanager
def delayed(server, round_trip_ms):
    """Yield the same `harness.Server` at another address, ``round_trip_ms`` away.

    Parameters
    ----------
    server : harness.Server
        A running server.
    round_trip_ms : float
        Milliseconds to the server and back; 0 is a proxy that does not wait.
    """
    address = urlsplit(server.url)
    with _proxy(address.hostname, address.port, round_trip_ms / 1000) as port:
        yield replace(server, url=address._replace(netloc=f"127.0.0.1:{port}").geturl())


@contextmanager
def _proxy(host, port, round_trip):
    """Run the proxy in a thread of its own; yield its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="wire", daemon=True)
    thread.start()

    async def connect(reader, writer):
        with suppress(OSError, asyncio.CancelledError), closing(writer):
            await asyncio.sleep(round_trip)  # opening a connection takes one, before any byte
            far_reader, far_writer = await asyncio.open_connection(host, port)
            with closing(far_writer):
                await asyncio.gather(
                    _carry(reader, far_writer, round_trip / 2),
                    _carry(far_reader, writer, round_trip / 2),
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


async def _carry(reader, writer, delay):
    """Carry all bytes from one end to the other, each ``delay`` seconds after it came."""
    under_way = asyncio.Queue()  # (when it is due, chunk); an empty chunk is the end
    sending = asyncio.create_task(_send(under_way, writer))
    try:
        with suppress(OSError):
            while chunk := await reader.read(CHUNK):
                under_way.put_nowait((_now() + delay, chunk))
        under_way.put_nowait((_now() + delay, b""))
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

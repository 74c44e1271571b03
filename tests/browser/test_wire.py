"""The network that stands between page and server in tests: everything arrives, in order."""

import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from harness import Server
from wire import delayed

BYTES = b"".join(k.to_bytes(4, "big") for k in range(500_000))


@pytest.fixture
def echo():
    """A server that sends back what it gets, and ends when the other side has ended."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            with listening.accept()[0] as connection:
                while part := connection.recv(1 << 16):
                    connection.sendall(part)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Server(f"http://127.0.0.1:{listening.getsockname()[1]}/base/", "token", Path())
        thread.join(10)


@pytest.mark.parametrize("round_trip_ms", [0, 40])
def test_every_byte_goes_there_and_back_in_order(echo, round_trip_ms):
    with delayed(echo, round_trip_ms) as far:
        address = urlsplit(far.url)
        assert address.path == "/base/"
        assert address.port != urlsplit(echo.url).port
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.settimeout(10)

            def send():
                connection.sendall(BYTES)
                connection.shutdown(socket.SHUT_WR)

            threading.Thread(target=send, daemon=True).start()
            came = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert came == BYTES

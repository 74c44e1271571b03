"""A student for `classroom.py`: logs in, runs a notebook and moves sliders, as a page does."""

import json
import time
import uuid

import aiohttp
from classroom_wire import PROTOCOL, heard, is_end, is_piece, new_message, packed, read
from yarl import URL

PATIENCE = 600  # seconds for one answer
WIDTH = 1180  # CSS pixels of a live piece in JupyterLab, in a window of 1,382


class Refused(Exception):
    """The hub, a server or a kernel did not do what it was asked."""


class Student:
    """One student with a browser: ``async with Student(url, name) as student``."""

    def __init__(self, url, name):
        self.hub, self.name = f"{url}/hub/", name
        self.server = f"{url}/user/{name}/"

    async def __aenter__(self):
        self.session = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # keeps those of an address without a name
            timeout=aiohttp.ClientTimeout(total=PATIENCE),
        )
        return self

    async def __aexit__(self, *_):
        await self.session.close()

    async def log_in(self):
        """Fill in the hub's form, and take a token for what follows."""
        await self._ask("GET", f"{self.hub}login")
        form = {"username": self.name, "password": "class"} | self._xsrf
        await self._ask("POST", f"{self.hub}login", data=form, allow_redirects=False)
        tokens = f"{self.hub}api/users/{self.name}/tokens"
        token = json.loads(await self._ask("POST", tokens, params=self._xsrf, json={}))["token"]
        self.session.headers["Authorization"] = f"token {token}"
        self.session.cookie_jar.clear()

    async def start_server(self):
        """Start the student's server, and wait for it as the hub's page does."""
        server = f"{self.hub}api/users/{self.name}/server"
        await self._ask("POST", server, json={})
        async with self.session.get(f"{server}/progress") as events:
            async for line in events.content:
                event = json.loads(line[5:]) if line.startswith(b"data:") else {}
                if event.get("failed"):
                    raise Refused(f"the server did not start: {event.get('message')}")
                if event.get("ready"):
                    return
        raise Refused(f"the server did not start: {events.status}")

    async def open(self, path):
        """Open a notebook: return its cells, and a `Kernel` for them."""
        notebook = json.loads(await self._ask("GET", f"{self.server}api/contents/{path}"))
        wanted = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        session = json.loads(await self._ask("POST", f"{self.server}api/sessions", json=wanted))
        channels = f"{self.server}api/kernels/{session['kernel']['id']}/channels"
        socket = await self.session.ws_connect(channels, protocols=[PROTOCOL], max_msg_size=0)
        return notebook["content"]["cells"], Kernel(socket)

    @property
    def _xsrf(self):
        """What the hub wants to see again in a form."""
        cookies = self.session.cookie_jar.filter_cookies(URL(self.hub))
        return {"_xsrf": cookies["_xsrf"].value}

    async def _ask(self, method, url, **options):
        async with self.session.request(method, url, **options) as answer:
            text = await answer.text()
            if not answer.ok:
                raise Refused(f"{method} {answer.url.path}: {answer.status} {text[:200]!r}")
            return text


class Kernel:
    """A kernel at the other end of a websocket, and the live pieces that it has made."""

    def __init__(self, socket):
        self.socket, self.page = socket, uuid.uuid4().hex
        self.pieces = {}  # number of the widget -> its state when it was made
        self.said = 0  # actions so far

    async def run(self, code):
        """Run a cell; return the error in words, None if there was none."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        number = await self._send("execute_request", content | {"stop_on_error": False})
        reply, is_idle = None, False
        while reply is None or not is_idle:
            message = await self._next()
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "comm_open" and is_piece(content):
                self.pieces[content["comm_id"]] = content["data"]["state"]
            if message["parent_header"].get("msg_id") != number:
                continue
            reply = content if kind == "execute_reply" else reply
            is_idle |= kind == "status" and content["execution_state"] == "idle"
        return None if reply["status"] == "ok" else f"{reply['ename']}: {reply['evalue']}"

    async def show(self, piece):
        """Say how wide a piece is, as the page does that shows it; wait until it is drawn."""
        number = await self._set(piece, screen={"width": WIDTH, "ratio": 1})
        while not is_end(await self._next(), number):
            pass

    async def rest(self, piece, name, value):
        """Say where the hand left a slider; return the seconds until the answer is here."""
        self.said += 1
        action = {"do": "set", "name": name, "value": value, "n": self.said}
        start = time.perf_counter()
        number = await self._set(piece, said={"page": self.page, "actions": [action]})
        answer = None
        while answer is None:
            message = await self._next()
            if heard(message, piece, self.page) == self.said:
                answer = time.perf_counter() - start
            elif is_end(message, number):
                raise Refused(f"no answer to {name} = {value:g}")
        return answer

    async def _set(self, piece, **state):
        """Set traits of a widget; return the number of the message."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        return await self._send("comm_msg", {"comm_id": piece, "data": data})

    async def _send(self, kind, content):
        message = new_message(kind, content, self.page)
        await self.socket.send_bytes(packed(message))
        return message["header"]["msg_id"]

    async def _next(self):
        """The next message of the kernel."""
        frame = await self.socket.receive(PATIENCE)
        if frame.type is not aiohttp.WSMsgType.BINARY:
            raise Refused(f"the connection to the kernel was lost: {frame.type.name}")
        return read(frame.data)

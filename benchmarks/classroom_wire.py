"""The messages of `classroom.py` to kernels and from them, as a page has them."""

import json
import uuid
from datetime import UTC, datetime

from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)

PROTOCOL = "v1.kernel.websocket.jupyter.org"


def new_message(kind, content, session):
    """Return a message to a kernel."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": session}
    header |= {"username": "", "version": "5.4", "date": datetime.now(UTC).isoformat()}
    return {"header": header, "parent_header": {}, "metadata": {}, "content": content}


def packed(message):
    """Return a message as it goes through the websocket, to be done in its turn (shell)."""
    return serialize_msg_to_ws_v1(message, "shell", lambda part: json.dumps(part).encode())


def read(data):
    """Return a message of a kernel, without its buffers."""
    _, parts = deserialize_msg_from_ws_v1(data)
    names = ("header", "parent_header", "metadata", "content")
    return {name: json.loads(part) for name, part in zip(names, parts, strict=False)}


def is_piece(content):
    """Whether a comm that opens is a live piece with sliders and a figure."""
    state = content.get("data", {}).get("state", {})
    return bool(state.get("specs")) and "screen" in state


def is_end(message, number):
    """Whether a kernel is done with the message of that number."""
    is_idle = message["content"].get("execution_state") == "idle"
    return is_idle and message["parent_header"].get("msg_id") == number


def heard(message, piece, page):
    """Return the number of the last action of a page that a piece answers, None if it does not."""
    content = message["content"]
    if message["header"]["msg_type"] != "comm_msg" or content["comm_id"] != piece:
        return None
    return content["data"].get("state", {}).get("heard", {}).get(page)

"""A mail provider on this machine: it answers as SendGrid's specification says, or fails as it is told.

Not a stand-in for our door: the real library talks to it over a socket.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Reply = Callable[["Desk"], None]


@dataclass
class Provider:
    """What it was sent, and how it answers next; `delivered` are the letters that it took, by our key."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)
    answers: list[Reply] = field(default_factory=list)  # for the next requests, in order; then it accepts


class Desk(BaseHTTPRequestHandler):
    """One request."""

    provider: Provider
    key: str  # ours, of the letter in this request

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.key = body["custom_args"]["message_key"]
        self.provider.asked.append(body)
        self.provider.headers.append(dict(self.headers))
        reply = self.provider.answers.pop(0) if self.provider.answers else accept
        reply(self)

    def took(self) -> None:
        self.provider.delivered.append(self.key)

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: Any) -> None:
        """Tests are quiet."""


def accept(desk: Desk) -> None:
    """Take the letter, as the API does."""
    desk.took()
    desk.say(202, X_Message_Id=f"sg-{len(desk.provider.delivered)}")


def status(code: int, **headers: str) -> Reply:
    """Refuse with a status and the API's error document."""
    body = json.dumps({"errors": [{"message": "no", "field": "from", "help": None}]}).encode()
    return lambda desk: desk.say(code, body, **headers)


def silent(seconds: float, *, took: bool) -> Reply:
    """Say nothing for a while, having taken the letter or not."""

    def reply(desk: Desk) -> None:
        if took:
            desk.took()
        time.sleep(seconds)
        desk.close_connection = True

    return reply


def hung_up(*, took: bool) -> Reply:
    """Close the connection instead of an answer."""

    def reply(desk: Desk) -> None:
        if took:
            desk.took()
        desk.close_connection = True

    return reply


def garbled(desk: Desk) -> None:
    """Answer with what is no HTTP."""
    desk.wfile.write(b"\x00\x01 what?\r\n\r\n")
    desk.close_connection = True


@contextmanager
def at_its_desk(here: Provider, *, port: int = 0) -> Iterator[None]:
    """The provider answers for as long as this lasts; port 0 takes a free one."""
    desk = type("OwnDesk", (Desk,), {"provider": here})
    server = ThreadingHTTPServer(("127.0.0.1", port), desk)
    here.url = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        yield
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that accepts everything until it is told otherwise."""
    here = Provider()
    with at_its_desk(here):
        yield here

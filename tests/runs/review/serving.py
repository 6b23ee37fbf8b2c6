"""`pipeline review` as a process, and a browser's requests to it."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from tests.cli.command import environment

PATIENCE = 60.0
"""Seconds for which a server may take to start or to end."""


class Answer(NamedTuple):
    """A response. ``headers`` are by lower-cased name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Server:
    """A running review of a folder, and a browser that has opened its address."""

    def __init__(self, process: subprocess.Popen[str], address: str, told: list[str]) -> None:
        self.process = process
        self.address = address
        self.told = told
        self.port = urlsplit(address).port or 0
        self.host = f"127.0.0.1:{self.port}"
        self.cookie = ""

    def enter(self) -> Self:
        """Open the printed address, and keep the cookie."""
        parts = urlsplit(self.address)
        answer = self.send("GET", f"{parts.path}?{parts.query}", {})
        assert answer.status == 303, answer
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return self

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """A request with these headers, and Host unless it is among them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            sent = {"Host": self.host, **headers}
            if body is not None and "Transfer-Encoding" not in sent:
                sent = {"Content-Length": str(len(body)), **sent}
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """As the page asks."""
        return self.send("GET", path, {"Cookie": self.cookie, **headers})

    def post(self, path: str, body: object, **headers: str) -> Answer:
        """As the page sends."""
        own = {"Cookie": self.cookie, "Origin": f"http://{self.host}", "Content-Type": "application/json"}
        return self.send("POST", path, own | headers, json.dumps(body).encode())

    def decide(self, action: str, kind: str, name: str, **more: Any) -> Any:
        """A decision that must be taken; what is answered."""
        answer = self.post("/api/decisions", {"action": action, "about": {"kind": kind, "id": name}, **more})
        assert answer.status == 201, answer.body
        return answer.json()

    def end(self) -> tuple[int, str]:
        """Wait for its end; the exit status, and what it told on stderr from its address on."""
        _, told = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, told


@contextmanager
def serving(folder: Path, *flags: str, opened: bool = False, **variables: str) -> Iterator[Server]:
    """A server that is up; it is killed at the end if it is still there."""
    chosen = [*flags] if opened else ["--no-open", *flags]
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "review", str(folder), *chosen]
    process = subprocess.Popen(
        command, env=environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        address, told = _address(process)
        yield Server(process, address, told).enter()
    finally:
        process.kill()
        process.communicate()


def _address(process: subprocess.Popen[str]) -> tuple[str, list[str]]:
    assert process.stderr is not None
    told: list[str] = []
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        line = process.stderr.readline()
        told.append(line)
        found = re.search(r"http://\S+", line)
        if found:
            return found.group(), told
        assert line, f"it ended with {process.wait()}: {told}"
    raise TimeoutError(told)

"""No telemetry: without a model nothing is sent anywhere, and with one nothing but to its endpoint."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import Model, environment, program
from tests.fake_openai import FakeOpenAI
from tests.runs.ran import articles_in

WATCHED = """
import sys
from pipeline.cli import main

def watch(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"}:
        with open("network.txt", "a", encoding="utf-8") as file:
            file.write(f"{event} {[argument for argument in arguments if type(argument) in (tuple, str, bytes)]}\\n")

sys.addaudithook(watch)
main()
"""


def _watched(folder: Path, *arguments: str) -> list[str]:
    """Where a command would have sent something, by Python's own record of what sockets are asked to do."""
    command = [sys.executable, "-c", WATCHED, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    record = folder / "network.txt"
    return record.read_text(encoding="utf-8").splitlines() if record.exists() else []


def test_nothing_is_sent_without_a_model(tmp_path: Path) -> None:
    """A run and a check ask for no name and open no connection."""
    articles_in(tmp_path / "articles")
    assert _watched(tmp_path, "run", "articles", "--engine", "extractive") == []
    assert _watched(tmp_path, "check", "pipeline-out/summary.md", "--sources", "articles") == []


def test_a_model_is_asked_at_its_endpoint_alone(tmp_path: Path) -> None:
    """With a base URL, every connection goes there, and no name but its own is looked up."""
    articles_in(tmp_path / "articles")
    with FakeOpenAI(Model()) as server:
        port = server.base_url.rpartition(":")[2].removesuffix("/v1")
        seen = _watched(tmp_path, "run", "articles", "--base-url", server.base_url, "--model", "tiny")
        assert server.chats
    assert any(event.startswith("socket.connect") for event in seen)
    assert [event for event in seen if "127.0.0.1" not in event] == []
    assert [event for event in seen if event.startswith("socket.connect") and port not in event] == []


def test_run_works_where_there_is_no_network(tmp_path: Path) -> None:
    """In a network namespace without any interface, held to it by the system, the extractive engine does its work."""
    if not _can_unshare():
        pytest.skip("this machine lets nobody make a network namespace")
    articles_in(tmp_path / "articles")
    command = ["unshare", "-rn", program(), "run", "articles", "--engine", "extractive"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:2]) == (0, "# "), done.stderr


def _can_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0

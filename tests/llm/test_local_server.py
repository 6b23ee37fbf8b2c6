"""Serving a model file: what is refused at once, and that the process ends whenever we do.

The process is real, and so is its server; only the package that would load a model is a stand-in, found through
PYTHONPATH as the real one would be found in an environment. What it does is written behind the magic of the file.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from pipeline.errors import ConfigurationError, ConnectionFault
from pipeline.llm import local_child
from pipeline.llm.local_server import LocalServer, identity, serve

STAND_IN = r"""
import ctypes, json, os, signal, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

class CommonParams:
    def __init__(self):
        self.model = SimpleNamespace(path="")
        self.cache_prompt = True

class Server:
    def __init__(self, params):
        with open(params.model.path, encoding="ascii") as file:
            how = file.read().removeprefix("GGUF").strip()
        with open(params.model.path + ".pid", "w") as file:
            file.write(str(os.getpid()))
        os.write(1, b"READY 1\n" + b"chatter\n" * 65536)
        self.listening_address = "http://0.0.0.0:80"
        getattr(self, how)(params)

    def dies(self, params):
        os.write(2, b"".join(b"0.00.031.52%d E load: \x1b[31mtensor 7 is cut\n" % time for time in range(9)))
        raise RuntimeError("no \u202emodel")

    def starves(self, params):
        os.kill(os.getpid(), signal.SIGKILL)

    def hangs(self, params):
        ctypes.PyDLL(None).sleep(600)  # as the real one does, it lets no other thread run

    def exposed(self, params):
        pass

    def stubborn(self, params):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os._exit = print
        self.serves(params)

    def serves(self, params):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                allowed = self.headers["authorization"] in [f"Bearer {key}" for key in params.api_keys]
                told = {name: value for name, value in vars(params).items() if name not in ("model", "api_keys")}
                body = {"told": told, "environment": dict(os.environ), "command": sys.orig_argv}
                self.send_response(200 if allowed else 401)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.listening_address = f"http://127.0.0.1:{server.server_address[1]}"
"""

PARENT = """
import asyncio, sys
from pathlib import Path
from pipeline.llm.local_server import serve

async def main():
    async with serve(Path(sys.argv[1]), tell=lambda line: print(line, flush=True)):
        await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Writes a file that the stand-in for xllamacpp takes for a model that behaves as it says."""
    package = tmp_path / "packages" / "xllamacpp"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(STAND_IN, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))

    def write(how: str) -> Path:
        model = tmp_path / f"{how}.gguf"
        model.write_text(f"GGUF{how}", encoding="ascii")
        return model

    return write


def _get(server: LocalServer, key: str) -> Any:
    request = Request(f"{server.base_url}/models", headers={"Authorization": f"Bearer {key}"})
    with build_opener(ProxyHandler({})).open(request, timeout=10) as response:
        return json.load(response)


def _pid(model: Path) -> int:
    return int(model.with_name(f"{model.name}.pid").read_text(encoding="ascii"))


def _started(model: Path) -> Callable[[], bool]:
    file = model.with_name(f"{model.name}.pid")
    return lambda: file.is_file() and bool(file.read_text(encoding="ascii"))


def _until(done: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.02)
    return done()


def _is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has collected yet has."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return True
    except FileNotFoundError:
        return Path("/proc/self").exists()
    return state in {"Z", "X"}


async def _use(model: Path, use: Callable[[LocalServer], Any] = lambda _: None, **options: Any) -> Any:
    async with serve(model, **{"tell": lambda _: None, **options}) as server:
        return await asyncio.to_thread(use, server)


def _refused(model: Path, **options: Any) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        asyncio.run(_use(model, **options))
    return caught.value


# --- refused before anything is started


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A path that leads nowhere is an error that names it."""
    assert "nothing.gguf: there is no such file" in _refused(tmp_path / "nothing.gguf").message


def test_folder_is_refused(tmp_path: Path) -> None:
    """A folder is no model, whatever lies in it."""
    assert "is a folder" in _refused(tmp_path).message


@pytest.mark.parametrize("content", [b"", b"GG", b"PK\x03\x04 a zip", b"version https://git-lfs.github.com/spec/v1"])
def test_other_formats_are_refused(written: Callable[[str], Path], content: bytes) -> None:
    """What does not begin as GGUF files do is refused, and nothing is started for it."""
    model = written("serves")
    model.write_bytes(content)
    error = _refused(model)
    assert "is not a GGUF file" in error.message
    assert "--local-model" in error.hint
    assert not model.with_name("serves.gguf.pid").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="a file that not even root can read from its start")
def test_unreadable_file_is_an_error_of_ours() -> None:
    """A file that cannot be read is refused with the system's reason."""
    assert _refused(Path("/proc/self/mem")).message == "/proc/self/mem cannot be read: Input/output error"


# --- what a model is called


def test_name_is_the_same_wherever_the_file_lies(tmp_path: Path) -> None:
    """A file that was moved to another folder keeps its stored replies."""
    first, second = tmp_path / "a" / "m.gguf", tmp_path / "b" / "m.gguf"
    for path in (first, second):
        path.parent.mkdir()
        path.write_bytes(b"GGUF" + bytes(100))
    assert identity(first) == identity(second)
    assert identity(first).startswith("gguf:m.gguf:")


@pytest.mark.parametrize("place", [4, 3_000_000, 5_999_999])
def test_name_tells_models_apart(tmp_path: Path, place: int) -> None:
    """A difference at the start, in the middle or at the end of a file of the same size and name is seen."""
    model = tmp_path / "m.gguf"
    content = bytearray(b"GGUF" + bytes(5_999_996))
    model.write_bytes(content)
    before = identity(model)
    content[place] = 1
    model.write_bytes(content)
    assert identity(model) != before


def test_name_is_fit_to_show(tmp_path: Path) -> None:
    """A file name with an escape sequence cannot reach the terminal."""
    model = tmp_path / "a\x1b[31m.gguf"
    model.write_bytes(b"GGUF")
    assert "\x1b" not in identity(model)


# --- while it runs


def test_server_answers_only_to_its_key(written: Callable[[str], Path]) -> None:
    """Other users of the machine can reach the port, but not use the model."""

    def use(server: LocalServer) -> None:
        assert _get(server, server.api_key)
        with pytest.raises(HTTPError, match="401"):
            _get(server, "unused")

    asyncio.run(_use(written("serves"), use))


def test_server_is_told_what_makes_replies_repeatable(written: Callable[[str], Path]) -> None:
    """One request at a time, nothing reused between requests, the context asked for."""
    told = asyncio.run(_use(written("serves"), lambda server: _get(server, server.api_key), context=4096))["told"]
    assert told == {"port": 0, "n_ctx": 4096, "n_parallel": 1, "verbosity": 1, "cache_prompt": False}


def test_secrets_stay_with_us(written: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """No key of the user is in the server's environment, and the server's own is not on its command line."""
    for name in ("OPENAI_API_KEY", "PIPELINE_CACHE_DIR", "HF_TOKEN", "AWS_SECRET_ACCESS_ID", "MY_PASSWORD"):
        monkeypatch.setenv(name, "planted-0123")

    def use(server: LocalServer) -> None:
        seen = _get(server, server.api_key)
        assert "planted-0123" not in seen["environment"].values()
        assert seen["environment"]["OMP_WAIT_POLICY"] == "passive"
        assert server.api_key not in json.dumps([seen["environment"], seen["command"]])

    asyncio.run(_use(written("serves"), use))


def test_chatter_does_not_reach_the_terminal(written: Callable[[str], Path], capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing that the server prints is shown, none of it is taken for its address, and no amount blocks it."""
    server = asyncio.run(_use(written("serves"), lambda server: server))
    assert not server.base_url.endswith(":1/v1")
    assert capfd.readouterr() == ("", "")


def test_working_folder_has_no_say(
    written: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modules that lie in the folder where the user works are not imported."""
    (tmp_path / "work").mkdir()
    for name in ("json.py", "xllamacpp.py"):
        (tmp_path / "work" / name).write_text("raise SystemExit('hijacked')", encoding="utf-8")
    model = written("serves")
    monkeypatch.chdir(tmp_path / "work")
    assert asyncio.run(_use(model, lambda server: _get(server, server.api_key)))


def test_progress_is_told(written: Callable[[str], Path]) -> None:
    """The user hears that a model is loading and that it is ready."""
    told: list[str] = []
    asyncio.run(_use(written("serves"), tell=told.append))
    assert told[0] == "Loading serves.gguf …"
    assert told[1].startswith("serves.gguf is ready after ")


# --- when it cannot be loaded


def test_missing_package_says_how_to_install_it(written: Callable[[str], Path]) -> None:
    """Without the extra, the error names the command that installs it."""
    model = written("serves")
    package = Path(os.environ["PYTHONPATH"]) / "xllamacpp" / "__init__.py"
    if find_spec("xllamacpp"):  # installed here: behave as if it were not
        package.write_text("raise ModuleNotFoundError(name=__name__)", encoding="utf-8")
    else:
        package.unlink()
        package.parent.rmdir()
    error = _refused(model)
    assert "xllamacpp" in error.message
    assert "pip install 'pipeline-cited-summaries[local]'" in error.hint


def test_broken_package_is_not_called_missing(written: Callable[[str], Path]) -> None:
    """A package that needs a module which is not there is reported in its own words."""
    model = written("serves")
    package = Path(os.environ["PYTHONPATH"]) / "xllamacpp" / "__init__.py"
    package.write_text("import no_such_module", encoding="utf-8")
    assert "No module named 'no_such_module'" in _refused(model).message


def test_last_words_are_shown_once_and_printable(written: Callable[[str], Path]) -> None:
    """A process that dies while loading is quoted: its last lines, without control characters or time stamps."""
    message = _refused(written("dies")).message
    assert message.endswith("dies.gguf cannot be loaded: chatter; load: [31mtensor 7 is cut; RuntimeError: no model")


def test_killed_process_hints_at_memory(written: Callable[[str], Path]) -> None:
    """A process that the system ends while it loads has most likely asked for too much memory."""
    error = _refused(written("starves"))
    assert "signal 9" in error.message
    assert "memory" in error.hint


def test_server_that_others_could_reach_is_not_used(written: Callable[[str], Path]) -> None:
    """A server that listens elsewhere than on loopback is ended and refused."""
    assert "not on loopback" in _refused(written("exposed")).message


def test_patience_ends(written: Callable[[str], Path]) -> None:
    """A model that is never ready is given up, and its process ended."""
    model = written("hangs")
    assert "was not loaded within 3 seconds" in _refused(model, patience=3.0).message
    assert _is_gone(_pid(model))


# --- at the end


def test_process_is_gone_at_the_end(written: Callable[[str], Path]) -> None:
    """When the block ends, so has the process."""
    model = written("serves")
    asyncio.run(_use(model))
    assert _is_gone(_pid(model))


def test_process_is_gone_after_an_error(written: Callable[[str], Path]) -> None:
    """An error inside the block passes through, and the process is ended."""
    model = written("serves")

    def fail(_: LocalServer) -> None:
        raise ConnectionFault("planted")

    with pytest.raises(ConnectionFault, match="planted"):
        asyncio.run(_use(model, fail))
    assert _is_gone(_pid(model))


@pytest.mark.parametrize("how", ["serves", "hangs"])
def test_process_is_gone_after_cancellation(written: Callable[[str], Path], how: str) -> None:
    """Cancelled while it serves or while it loads, nothing is left."""
    model = written(how)

    async def run() -> None:
        task = asyncio.create_task(_use(model, lambda _: time.sleep(0.5)))
        assert await asyncio.to_thread(_until, _started(model))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert _is_gone(_pid(model))

    asyncio.run(run())


def test_process_that_will_not_end_is_ended(written: Callable[[str], Path]) -> None:
    """A server that ignores the request to end is killed after a moment."""
    model = written("stubborn")
    started = time.monotonic()
    asyncio.run(_use(model))
    assert _is_gone(_pid(model))
    assert time.monotonic() - started < 10


def test_death_in_between_is_told(written: Callable[[str], Path]) -> None:
    """A server that dies during the run is mentioned: the failed calls alone would not say why."""
    model = written("serves")
    told: list[str] = []

    def kill(_: LocalServer) -> None:
        os.kill(_pid(model), signal.SIGKILL)
        time.sleep(0.5)

    asyncio.run(_use(model, kill, tell=told.append))
    assert "ended by itself (signal 9)" in told[-1]


@pytest.mark.parametrize(
    "how",
    [
        "serves",
        pytest.param("hangs", marks=pytest.mark.skipif(sys.platform != "linux", reason="needs the kernel's help")),
    ],
)
def test_process_ends_when_its_parent_is_killed(written: Callable[[str], Path], how: str) -> None:
    """Even a parent that has no chance to say so leaves no server behind, be it ready or still loading."""
    model = written(how)
    sign = "is ready" if how == "serves" else "Loading"
    command = [sys.executable, "-c", PARENT, str(model)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert any(sign in line for line in parent.stdout)
        assert _until(_started(model))
        parent.kill()
    assert _until(lambda: _is_gone(_pid(model)), 5.0)


def test_process_ends_with_its_input_alone(written: Callable[[str], Path]) -> None:
    """Where the kernel does not help, the end of its input is the end of the process."""
    order = json.dumps({"model": str(written("serves")), "context": 1, "key": "k"})
    command = [sys.executable, "-P", local_child.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(f"{order}\n".encode())
        child.stdin.flush()
        assert child.stdout.readline().startswith(b"READY ")
        child.stdin.close()
        assert child.wait(timeout=5) == 0

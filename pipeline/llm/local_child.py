"""The process that `pipeline.llm.local_server` starts: it loads a GGUF file and serves it on loopback.

It is run by its path and imports nothing of ours, so that the working folder has no say in what is imported. What to
serve comes as one line of JSON on standard input, where no other user sees the key; the end of standard input is the
end of the parent, and then its own. It answers ``READY <port>``; standard error is for what llama.cpp says.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any, Final, TextIO
from urllib.parse import urlsplit

MISSING: Final = 69
"""The exit status that says that xllamacpp is not installed."""
LOOPBACK: Final = "127.0.0.1"

_PACKAGE: Final = "xllamacpp"
_SET_PARENT_DEATH_SIGNAL: Final = 1
_ERRORS_ONLY: Final = 1  # 0 would leave out why a file cannot be loaded
_WHERE_KNOWN: Final[Mapping[str, object]] = {
    "cache_prompt": False,  # what is reused changes the last bits: the same request would get another reply
    "cache_ram_mib": 0,  # up to 8 GB otherwise, for nothing
    "endpoint_slots": False,
    "offline": True,
    "ui": False,
    "webui": False,
}
"""Parameters that not every release has."""


def main() -> None:
    """Serve until standard input ends, or this process is ended."""
    answer = _private_output()
    _end_with_parent()
    with open(0, "rb", buffering=0, closefd=False) as order:  # unbuffered: a thread waits at the same descriptor
        told = json.loads(order.readline() or "null")
    if told is None:
        return
    threading.Thread(target=_watch_input, daemon=True).start()
    try:
        server = _load(importlib.import_module(_PACKAGE), **told)
        port = _port(server.listening_address)
    except ModuleNotFoundError as error:
        sys.exit(MISSING if error.name == _PACKAGE else str(error))
    except Exception as error:  # noqa: BLE001  whatever it is, its words are all that the parent can show
        sys.exit(f"{type(error).__name__}: {error}")
    answer.write(f"READY {port}\n")
    answer.flush()
    threading.Event().wait()


def _private_output() -> TextIO:
    """Standard output, for us alone; what native code prints there goes to standard error from now on.

    A model's file may hold any text, also one that looks like our answer, and llama.cpp may print it.
    """
    private = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    return private


def _end_with_parent() -> None:
    """Have the kernel end this process, where it can: while a model loads, no thread of Python runs."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _watch_input() -> None:
    while os.read(0, 1):
        pass
    os._exit(0)


def _load(package: Any, *, model: str, context: int, key: str) -> Any:
    params = package.CommonParams()
    params.model.path = model
    params.api_keys = [key]
    params.port = 0
    params.n_ctx = context
    params.n_parallel = 1  # requests side by side share a batch, and then temperature 0 is not deterministic
    params.verbosity = _ERRORS_ONLY
    for name, value in _WHERE_KNOWN.items():
        if hasattr(params, name):
            setattr(params, name, value)
    return package.Server(params)


def _port(address: str) -> int:
    """The port of an address on loopback.

    >>> _port("http://127.0.0.1:8081")
    8081

    Raises:
        ValueError: others could reach it.
    """
    parts = urlsplit(address)
    if parts.hostname != LOOPBACK or not parts.port:
        raise ValueError(f"the server listens at {address}, not on loopback")
    return parts.port


if __name__ == "__main__":
    main()

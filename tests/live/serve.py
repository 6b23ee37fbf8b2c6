"""Serve a GGUF file behind an OpenAI-compatible API on loopback: ``python serve.py MODEL.gguf``.

Needs xllamacpp. Prints ``READY http://127.0.0.1:PORT/v1`` and serves until it is ended.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from typing import Any

CONTEXT_TOKENS = 8192


def main(path: str) -> None:
    """Load the model, pick a free port, serve."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, at import: spinning threads starve a small machine
    xllamacpp: Any = importlib.import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.port = 0
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.verbosity = 0
    server = xllamacpp.Server(params)
    print(f"READY {server.listening_address}/v1", flush=True)  # noqa: T201  the tests wait for this line
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main(sys.argv[1])

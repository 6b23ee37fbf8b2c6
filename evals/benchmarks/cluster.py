"""A corpus on Dask workers: how much of a shared quota is used, what the limiter costs, what a kill costs.

    python evals/benchmarks/cluster.py [--workers 1 2 4] [--articles 300] [--per-second 20] [--limiter]

The command does the same stories (``corpus.py``) with each number of workers on this machine against a stub
(``corpus_stub.py``), with a quota of so many requests a second, and once without a cluster. *used* is what the stub was
asked of what the quota gave from the first request to the last; *most* is the most in any second, where half a
second's worth may go at once. The last row kills a worker in the midst.
``--limiter``: the limiter alone, asked by two processes as fast as they can; its processor time a call.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import corpus
import corpus_calls

from pipeline.llm.limit_server import serve_limits
from pipeline.llm.limits import RateLimits
from pipeline.llm.remote_limits import connect_limits

BURST: Final = 0.5
"""Seconds' worth that may go at once."""
LATENCY: Final = 0.2
_ASKING: Final = 64
_SECONDS: Final = 3.0


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description="A quota shared by workers.")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--per-second", type=int, default=20)
    parser.add_argument("--limiter", action="store_true")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}\n", flush=True)
    if arguments.limiter:
        asyncio.run(_limiter())
        return
    print("| workers | wall s | calls | used | most in a second | as one process |\n|---|---:|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus.written(folder / "in.jsonl", arguments.articles, corpus.SHORT)
        _row("none", folder, ["--workers", "2"], arguments.per_second)
        for count in arguments.workers:
            _row(str(count), folder, ["--cluster", f"local:{count}"], arguments.per_second)
        _row("2, one killed", folder, ["--cluster", "local:2"], arguments.per_second, kill=True)


def _row(title: str, folder: Path, flags: list[str], per_second: int, *, kill: bool = False) -> None:
    out = title.replace(" ", "-")
    begun = time.perf_counter()
    with corpus_calls.stub(LATENCY) as (base_url, account):
        own = {"PIPELINE_CACHE_DIR": str(folder / f"cache-{out}"), "PIPELINE_REQUESTS_PER_MINUTE": str(60 * per_second)}
        command = [sys.executable, "-c", "from pipeline.cli import main; main()", "corpus", "run"]
        told = {"out": folder / out, "base-url": base_url, "model": corpus_calls.MODEL, "synthesis": "brief"}
        command += [str(folder / "in.jsonl"), "--concurrency", "64", *flags]
        command += [word for name, value in told.items() for word in (f"--{name}", str(value))]
        process = subprocess.Popen(command, env=corpus_calls.environment() | own, stderr=subprocess.DEVNULL)
        if kill:
            _kill_a_worker(process.pid, folder / out)
        if process.wait() != 0:
            sys.exit(f"{title}: exit {process.returncode}")
    wall, given = time.perf_counter() - begun, per_second * (account["seconds"] + BURST)
    same = (folder / out / "syntheses.jsonl").read_bytes() == (folder / "none" / "syntheses.jsonl").read_bytes()
    cells = (title, f"{wall:.1f}", f"{account['answered']:.0f}", f"{account['answered'] / given:.0%}", account["most"])
    print(f"| {' | '.join(map(str, cells))} | {'same bytes' if same else 'OTHER BYTES'} |", flush=True)


def _kill_a_worker(process: int, out: Path) -> None:
    """Once some of the work has been done, the first that a server of forks below the process has forked."""
    while not list((out / ".shards").glob("*/syntheses.jsonl")):
        time.sleep(0.05)
    time.sleep(2)
    below = {child: _children(child) for child in _children(process)}
    os.kill(next(pid for children in below.values() for pid in children), signal.SIGKILL)


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return sorted(map(int, listed.split()))


async def _limiter() -> None:
    context = multiprocessing.get_context("spawn")
    async with serve_limits(RateLimits()) as address:
        processes = [context.Process(target=_ask_on, args=(str(address),)) for _ in range(2)]
        for process in processes:
            process.start()
        await asyncio.sleep(_SECONDS)  # they load
        before, begun = time.process_time(), time.perf_counter()
        await asyncio.gather(*(asyncio.to_thread(process.join) for process in processes))
        took, wall = time.process_time() - before, time.perf_counter() - begun
    calls = sum(process.exitcode or 0 for process in processes) * 1000
    print(f"{calls} calls in {wall:.1f} s; {1e6 * took / max(1, calls):.0f} µs of processor time a call")


def _ask_on(address: str) -> None:
    """For some seconds; the exit status is the number of thousands of calls."""
    sys.exit(asyncio.run(_asked(address)) // 1000)


async def _asked(address: str) -> int:
    calls = 0
    async with connect_limits(address) as limits:

        async def on() -> None:
            nonlocal calls
            until = time.monotonic() + 2 * _SECONDS
            while time.monotonic() < until:
                await limits.acquire(1)
                limits.observe({"x-ratelimit-limit-requests": "900000", "x-ratelimit-remaining-requests": "899990"})
                limits.passed()
                limits.release()
                calls += 1

        await asyncio.gather(*(on() for _ in range(_ASKING)))
    return calls


if __name__ == "__main__":
    main()

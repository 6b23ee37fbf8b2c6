"""What a summary call costs beside the wait for the model: ours, the bare SDK, and three peers, in one run.

    python evals/benchmarks/throughput.py [--peers-python PYTHON …] [--install-peers] [--repetitions 5]
    python evals/benchmarks/throughput.py --memory

A stub answers every request after 200 ms (``stub_server.py``), so 640 articles at 64 a time take 2.0 s at best. Every
contender asks for the same articles in a fresh process (``contenders.py``), one after the other, round by round;
figures are medians over the rounds, and ratios are medians of the ratios to the bare client of the same round, so that
a machine that is slow for a while is slow for both. ``--memory`` runs ours alone with more and more articles.

Peers are looked for in the Pythons given (repeat the flag; instructor and the others may want different releases of
the SDK); ``--install-peers`` makes an environment each in a temporary folder. A peer that is nowhere is reported.
``--check`` makes the exit status 1 where ours is not what is promised.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final, Literal, NamedTuple

import contenders

from pipeline.engines.replies import ClaimsReply
from pipeline.engines.requests import Requests
from pipeline.llm.structured import portable_schema
from pipeline.prompting import load_prompts

HERE: Final = Path(__file__).parent
ARTICLES: Final = 640
CONCURRENCY: Final = 64
LATENCY: Final = 0.2
MEMORY_ARTICLES: Final = (640, 2560, 10240)
MEMORY_LATENCY: Final = 0.02
MOST_WALL: Final = 1.1
MOST_CPU: Final = 1.5
MOST_MB: Final = 120.0
FLAT: Final = 1.1
"""The most by which the peak may differ over sixteen times as many articles, as a ratio."""
_TIMEOUT: Final = 600


class Run(NamedTuple):
    """One contender's figures in one round; ``cpu`` is for the work alone, ``cpu_all`` with start and imports."""

    wall: float
    cpu: float
    cpu_all: float
    peak_mb: float
    valid: int
    versions: dict[str, str]


class Setting(NamedTuple):
    """What all contenders share."""

    base_url: str
    work: Path
    environment: dict[str, str]
    articles: int


def main() -> int:
    """Run one of the two modes; 1 where ``--check`` finds a promise broken."""
    arguments = _arguments()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}\n", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = _memory(folder) if arguments.memory else _compare(folder, arguments)
    return 1 if arguments.check and not kept else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Wall time, processor time and memory beside the wait for the model.")
    parser.add_argument("--memory", action="store_true", help="only ours, with more and more articles")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--peers-python", action="append", default=[], help="a Python that has peers; may be repeated")
    parser.add_argument("--install-peers", action="store_true", help="make an environment for each peer and use it")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a promise is broken")
    return parser.parse_args()


def _compare(folder: Path, arguments: argparse.Namespace) -> bool:
    pythons = _pythons(folder, arguments)
    for name in contenders.CONTENDERS.keys() - pythons.keys():
        print(f"{name}: not installed", flush=True)
    work = _write_work(folder)
    runs: dict[str, list[Run]] = {name: [] for name in contenders.CONTENDERS if name in pythons}
    with _stub(LATENCY) as base_url:
        setting = Setting(base_url, work, _environment(folder), ARTICLES)
        for name in runs:  # fills the cache of compiled modules
            _run(pythons[name], name, setting._replace(articles=CONCURRENCY))
        for number in range(arguments.repetitions):
            print(f"round {number + 1} of {arguments.repetitions}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
            for name, done in runs.items():
                done.append(_run(pythons[name], name, setting))
    _print_table(runs)
    return _print_promises(runs)


def _memory(folder: Path) -> bool:
    print("| articles | wall s | CPU ms/article | peak MB | valid |\n|---:|---:|---:|---:|---:|")
    peaks = []
    with _stub(MEMORY_LATENCY) as base_url:
        for count in MEMORY_ARTICLES:
            setting = Setting(base_url, folder, _environment(folder), count)
            run = _run(sys.executable, "ours", setting, "--lazy")
            peaks.append(run.peak_mb)
            row = (count, f"{run.wall:.2f}", f"{1000 * run.cpu / count:.2f}", f"{run.peak_mb:.0f}", run.valid)
            print(f"| {' | '.join(map(str, row))} |", flush=True)
    ratio = max(peaks) / min(peaks)
    return all(
        [
            _promise(f"peak memory under {MOST_MB:.0f} MB", max(peaks), MOST_MB, "MB"),
            _promise("peak memory flat in the number of articles", ratio, FLAT, "from the least to the most"),
        ]
    )


def _write_work(folder: Path) -> Path:
    """The prompts as ours words them, for those who do not make their own; article 0 is for warming up."""
    if portable_schema(contenders.ClaimsReply) != portable_schema(ClaimsReply):
        sys.exit("contenders.ClaimsReply is not what pipeline.engines.replies.ClaimsReply is: bring it up to date")
    made = Requests(contenders.MODEL, load_prompts())
    requests = [made.summarize(article) for article in contenders.articles(ARTICLES + 1)]
    if len({request.messages[0].content for request in requests}) > 1:
        sys.exit("the generated articles must share one system message: pydantic-ai is given it once")
    work = {
        "prompts": [[message.content for message in request.messages] for request in requests],
        "schema": requests[0].json_schema,
        "max_tokens": requests[0].max_tokens,
    }
    path = folder / "work.json"
    path.write_text(json.dumps(work), encoding="utf-8")
    return path


def _pythons(folder: Path, arguments: argparse.Namespace) -> dict[str, str]:
    """Which Python runs which contender; peers without one are left out."""
    found = {name: sys.executable for name in contenders.CONTENDERS if name not in contenders.PEERS}
    given: list[str] = [*arguments.peers_python]
    if arguments.install_peers:
        given += [_environment_with(package, folder) for package in contenders.PEERS.values()]
    for name, package in contenders.PEERS.items():
        holding = [python for python in (*given, sys.executable) if _has(python, package)]
        if holding:
            found[name] = holding[0]
    return found


def _environment_with(package: str, folder: Path) -> str:
    """The Python of a new environment that has the newest release of a package."""
    home = folder / f"peer-{package}"
    print(f"installing {package} …", file=sys.stderr)
    _call([sys.executable, "-m", "venv", str(home)])
    python = str(home / "bin" / "python")
    wanted = f"{package}[openai]" if package == "pydantic-ai-slim" else package
    _call([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted])
    return python


def _call(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, timeout=_TIMEOUT)


def _has(python: str, package: str) -> bool:
    script = f"import importlib.metadata as m; m.version({package!r})"
    asked = subprocess.run([python, "-c", script], check=False, capture_output=True, timeout=_TIMEOUT)
    return asked.returncode == 0


def _environment(folder: Path) -> dict[str, str]:
    """Ours without proxies, keys and tracing; compiled modules are kept in a cache that all share."""
    unwanted = ("openai_", "pipeline_", "langchain_", "langsmith_", "logfire_", "otel_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().startswith(unwanted) and not name.lower().endswith("_proxy")
    }
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {
        "PYTHONPATH": str(HERE.parents[1]),
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
    }


@contextmanager
def _stub(latency: float) -> Iterator[str]:
    """The base URL of a stub server of our own."""
    command = [sys.executable, str(HERE / "stub_server.py"), "--latency", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        if server.stdout is None or server.stdin is None:
            raise RuntimeError("pipes were asked for")
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()  # it ends by itself


def _run(python: str, name: str, setting: Setting, *flags: str) -> Run:
    command = [
        *(python, str(HERE / "contenders.py"), name, *flags),
        *("--base-url", setting.base_url, "--work", str(setting.work)),
        *("--articles", str(setting.articles), "--concurrency", str(CONCURRENCY)),
    ]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=setting.environment, timeout=_TIMEOUT
    )
    if done.returncode != 0:
        sys.exit(f"{name} failed:\n{done.stderr[-3000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Run(**figures)


def _print_table(runs: Mapping[str, Sequence[Run]]) -> None:
    ideal = math.ceil(ARTICLES / CONCURRENCY) * LATENCY
    head = "contender|wall s|× ideal|× bare|CPU ms/article|× bare|CPU in all, ms/article|peak MB|valid|versions"
    print(f"| {head.replace('|', ' | ')} |\n|---|{'---:|' * 8}---|")
    for name, done in runs.items():
        wall, cpu = median(run.wall for run in done), median(run.cpu for run in done)
        cells = (
            name,
            f"{wall:.2f}",
            f"{wall / ideal:.2f}",
            f"{_ratio(runs, name, 'wall'):.2f}",
            f"{1000 * cpu / ARTICLES:.2f}",
            f"{_ratio(runs, name, 'cpu'):.2f}",
            f"{1000 * median(run.cpu_all for run in done) / ARTICLES:.2f}",
            f"{median(run.peak_mb for run in done):.0f}",
            str(min(run.valid for run in done)),
            ", ".join(f"{package} {number}" for package, number in done[0].versions.items()),
        )
        print(f"| {' | '.join(cells)} |")


def _ratio(runs: Mapping[str, Sequence[Run]], name: str, field: Literal["wall", "cpu"]) -> float:
    """The median over the rounds of a figure's ratio to the bare client's."""
    pairs = zip(runs[name], runs["bare"], strict=True)
    if field == "wall":
        return median(run.wall / base.wall for run, base in pairs)
    return median(run.cpu / base.cpu for run, base in pairs)


def _print_promises(runs: Mapping[str, Sequence[Run]]) -> bool:
    wall, cpu = _ratio(runs, "ours", "wall"), _ratio(runs, "ours", "cpu")
    kept = [
        _promise(f"wall time at most {MOST_WALL} × the bare client's", wall, MOST_WALL),
        _promise(f"processor time at most {MOST_CPU} × the bare client's", cpu, MOST_CPU),
        _promise(f"peak memory under {MOST_MB:.0f} MB", median(run.peak_mb for run in runs["ours"]), MOST_MB, "MB"),
    ]
    for name in runs.keys() & contenders.PEERS.keys():
        kept.append(_promise(f"wall time below {name}'s", wall, _ratio(runs, name, "wall")))
        kept.append(_promise(f"processor time below {name}'s", cpu, _ratio(runs, name, "cpu")))
    return all(kept) and all(run.valid == ARTICLES for run in runs["ours"])


def _promise(what: str, value: float, bound: float, unit: str = "") -> bool:
    kept = value <= bound
    print(f"{'' if kept else 'NOT '}kept: {what} ({value:.2f} against {bound:.2f}{' ' + unit if unit else ''})")
    return kept


if __name__ == "__main__":
    sys.exit(main())

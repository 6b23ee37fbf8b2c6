"""What it takes to have the package: packages, megabytes, seconds to import, beside others that summarize or cite.

    python evals/benchmarks/footprint.py [--rounds 9]    # print the table
    python evals/benchmarks/footprint.py --write         # put it into the README beside this file, between its marks

Each contender is installed into an empty environment (without pip), as its documentation says, with the newest
releases; ours with the pins that CI tests. *Packages* are distributions, its own included; *MB* is what they take on
the disk, before Python compiles them. *Import* is processor time of a fresh process that imports what a first program
needs, less that of a process that imports nothing: the median of the rounds, once compiled modules are there, in turns,
so that a machine that is busy for a while is so for all. *Help* is the whole process of the command's ``--help``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from tables import with_marked

ROOT: Final = Path(__file__).parents[2]
README: Final = Path(__file__).with_name("README.md")
MARK: Final = "footprint: written by footprint.py"
_TIMEOUT: Final = 1800
_MEGABYTE: Final = 1_000_000
_COUNT: Final = (
    "import importlib.metadata as m, json; print(json.dumps([*{d.name.lower() for d in m.distributions()}]))"
)


class Contender(NamedTuple):
    """What to install, what a first program imports, and its command, if it has one."""

    requirements: tuple[str, ...]
    imports: str
    command: str | None = None


OURS: Final = "pipeline"
CONTENDERS: Final[Mapping[str, Contender]] = {
    OURS: Contender((str(ROOT), "-c", str(ROOT / "constraints.txt")), "from pipeline import summarize", "pipeline"),
    "anchorcite": Contender(("anchorcite",), "import anchorcite"),
    "langextract": Contender(("langextract",), "import langextract"),
    "langchain + langchain-openai": Contender(
        ("langchain", "langchain-openai"), "import langchain; from langchain_openai import ChatOpenAI"
    ),
    "llama-index-core + -llms-openai": Contender(
        ("llama-index-core", "llama-index-llms-openai"),
        "from llama_index.core import VectorStoreIndex; from llama_index.llms.openai import OpenAI",
    ),
}
ASIDE: Final[Mapping[str, str]] = {
    "`import pipeline` alone": "import pipeline",
    "with the client of a model": "from pipeline import summarize; import pipeline.llm.openai_client",
}
"""Of ours, what is imported before anything is used, and what is once a model is asked."""


class Measured(NamedTuple):
    """Of one contender. Seconds are of the processor; ``help`` is None where there is no command."""

    packages: int
    megabytes: float
    seconds: float
    help: float | None


def main() -> None:
    """Install, measure, print or write."""
    parser = argparse.ArgumentParser(description="Packages, megabytes and import time beside peers.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--write", action="store_true", help="put the table into the README beside this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        pythons = {contender: _installed(contender, Path(name)) for contender in CONTENDERS}
        table = _table(pythons, arguments.rounds)
    if arguments.write:
        README.write_text(with_marked(README.read_text(encoding="utf-8"), MARK, table), encoding="utf-8")
    else:
        print(table)


def _installed(name: str, folder: Path) -> Path | None:
    """The Python of an environment with the contender and nothing else; None where it cannot be installed."""
    print(f"installing {name} …", file=sys.stderr)
    home = folder / str(len(list(folder.iterdir())))
    _do(sys.executable, "-m", "venv", "--without-pip", str(home))
    python = home / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python))
    wanted = CONTENDERS[name].requirements
    done = subprocess.run(
        [*pip, "install", "--quiet", "--no-compile", *wanted], check=False, timeout=_TIMEOUT, env=_environment()
    )
    return python if done.returncode == 0 else None


def _table(pythons: Mapping[str, Path | None], rounds: int) -> str:
    there = {name: python for name, python in pythons.items() if python is not None}
    sizes = {name: _size(python) for name, python in there.items()}  # before anything is compiled
    commands = {(name, "import"): [str(python), "-c", CONTENDERS[name].imports] for name, python in there.items()}
    commands |= {(name, "nothing"): [str(python), "-c", "pass"] for name, python in there.items()}
    commands |= {(OURS, told): [str(there[OURS]), "-c", code] for told, code in ASIDE.items()}
    for name, python in there.items():
        command = CONTENDERS[name].command
        if command is not None:
            commands[name, "help"] = [str(python.with_name(command)), "--help"]
    spent = _spent(commands, rounds)
    found = {
        name: Measured(*sizes[name], spent[name, "import"] - spent[name, "nothing"], spent.get((name, "help")))
        for name in there
    }
    rows = [_row(name, found.get(name)) for name in CONTENDERS]
    aside = [f"{told} {spent[OURS, told] - spent[OURS, 'nothing']:.2f} s" for told in ASIDE]
    remark = f"Of ours: {', '.join(aside)}. Python {sys.version.split()[0]}, processor time, median of {rounds}."
    return (
        "\n".join(["| | packages | MB | import s | `--help` s |", "|---|---:|---:|---:|---:|", *rows, "", remark])
        + "\n"
    )


def _row(name: str, found: Measured | None) -> str:
    if found is None:
        return f"| {name} | cannot be installed here | | | |"
    told = "–" if found.help is None else f"{found.help:.2f}"
    return f"| {name} | {found.packages} | {found.megabytes:.0f} | {found.seconds:.2f} | {told} |"


def _size(python: Path) -> tuple[int, float]:
    packages = len(json.loads(_do(str(python), "-c", _COUNT)))
    (site,) = python.parents[1].glob("lib/python*/site-packages")
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return packages, size / _MEGABYTE


def _spent(commands: Mapping[tuple[str, str], Sequence[str]], rounds: int) -> dict[tuple[str, str], float]:
    """Processor seconds of each command, the median; they take turns, after one round that compiles."""
    times: dict[tuple[str, str], list[float]] = {key: [] for key in commands}
    for turn in range(rounds + 1):
        for key, command in commands.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            _do(*command)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if turn:
                times[key].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {key: median(taken) for key, taken in times.items()}


def _do(*command: str) -> str:
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=_environment(), timeout=_TIMEOUT
    ).stdout


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("OPENAI_", "PIPELINE_", "PYTHON"))}


if __name__ == "__main__":
    main()

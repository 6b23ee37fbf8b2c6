"""Fuzzing guided by coverage, with atheris (libFuzzer): ``make fuzz``, or ``python -m tests.fuzz.run --help``.

Each target runs in a process of its own, for its share of the time. What breaks it is written beside the corpus and
named at the end. atheris is in the extra ``fuzz``; nothing else needs it.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

SLOWEST: Final = 20
"""Seconds for one input, coverage being counted; without that, inputs take a fifth."""
LARGEST: Final = 40_000
"""Bytes of an input; what grows faster than its input shows well below this."""
MEMORY: Final = 2048
"""Megabytes of a process, in which all corpora are, too."""
_DONE: Final = re.compile(r"Done (\d+) runs in (\d+) second")
_STATE: Final = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+)(?: corp: (\d+))?")


class Outcome(NamedTuple):
    """What became of a target: how often it ran, the edges that were covered, and the inputs that broke it."""

    target: str
    runs: int
    edges: int
    seconds: float
    broke: tuple[Path, ...]


def main(arguments: Sequence[str]) -> int:
    """Fuzz; 1 if an input broke a target, or one did not start."""
    parser = argparse.ArgumentParser(prog="tests.fuzz.run", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=300, help="for all targets together")
    parser.add_argument("--work", type=Path, default=Path(".fuzz"), help="where corpora and what broke a target lie")
    given = parser.parse_args(arguments)
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415  the child imports it under instrumentation

    unknown = sorted(set(given.targets) - set(TARGETS))
    if unknown:
        parser.error(f"there is no target {unknown[0]}; there are {', '.join(TARGETS)}")
    names = given.targets or list(TARGETS)
    share = max(5, given.seconds // len(names))
    if importlib.util.find_spec("atheris") is None:
        parser.exit(2, "atheris is not installed: make fuzz installs it, or pip install -e '.[fuzz]'\n")
    outcomes = [_fuzz(name, share, given.work) for name in names]
    for one in outcomes:
        print(f"{one.target:15} {one.runs:>9,} runs {one.edges:>6,} edges {one.seconds:>5.0f} s", *one.broke)
    return 1 if any(one.broke or not one.runs for one in outcomes) else 0


def _fuzz(target: str, seconds: int, work: Path) -> Outcome:
    """One target in a process of its own; after a crash it is started again while there is time."""
    from tests.fuzz.starts import regressions, starts  # noqa: PLC0415  only the parent needs them

    corpus, broken = work / target, work / "broken"
    corpus.mkdir(parents=True, exist_ok=True)
    broken.mkdir(parents=True, exist_ok=True)
    for number, document in enumerate([*starts(target), *(path.read_bytes() for _, path in regressions(target))]):
        (corpus / f"start-{number}").write_bytes(document)
    before = set(broken.iterdir())
    started, runs, edges = time.monotonic(), 0, 0
    while (left := int(seconds - (time.monotonic() - started))) > 0:
        log = _child(target, left, corpus, broken)
        states = _STATE.findall(log)
        runs += max((int(state[0]) for state in states), default=0)
        edges = max([edges, *(int(state[1]) for state in states)])
        if _DONE.search(log):
            break
        print(f"{target}: stopped\n" + "\n".join(log.splitlines()[-25:]), file=sys.stderr)
        if not states:
            break  # it does not even start
    new = tuple(sorted(set(broken.iterdir()) - before))
    return Outcome(target, runs, edges, time.monotonic() - started, new)


def _child(target: str, seconds: int, corpus: Path, broken: Path) -> str:
    options = {
        "max_total_time": seconds,
        "timeout": SLOWEST,
        "rss_limit_mb": MEMORY,
        "max_len": LARGEST,
        "artifact_prefix": f"{broken}/{target}--",
        "print_final_stats": 1,
        "report_slow_units": SLOWEST // 2,
    }
    command = [sys.executable, "-m", "tests.fuzz.child", target, *(f"-{k}={v}" for k, v in options.items())]
    done = subprocess.run([*command, str(corpus)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout.decode("utf-8", "replace")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

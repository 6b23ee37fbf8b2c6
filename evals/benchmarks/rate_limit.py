"""How much of an endpoint's quota is used, and how much is refused, for several ways to limit.

    python evals/benchmarks/rate_limit.py [--seconds 20] [SHAPE…]

Each shape is a real server on loopback that admits 1,200 requests (or so many tokens) a minute, met by the real client
with 16 to 64 callers who always have another request. ``used`` is what the server admitted of what it had to give:
what was in the bucket at first and what flowed in since, up to the last moment. ``refused`` are 429s among requests.
SHAPE is a part of a name; without one, all are met.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # the server is the tests'

from tests.llm.bucket_server import SHAPES, meet

BEFORE_THE_END = 0.3
"""Seconds: the last window is over but for these, and the next has not begun."""


def main() -> None:
    """Print a row a shape."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("shapes", nargs="*", metavar="SHAPE")
    arguments = parser.parse_args()
    print(f"{'shape':<34}{'callers':>8}{'requests':>10}{'used %':>9}{'refused %':>11}")
    for shape in SHAPES:
        if not arguments.shapes or any(part in shape.name for part in arguments.shapes):
            count = asyncio.run(meet(shape, arguments.seconds - BEFORE_THE_END))
            shares = f"{count.used_share:>9.1%}{count.refused_share:>11.2%}"
            print(f"{shape.name:<34}{shape.callers:>8}{count.requests:>10}{shares}", flush=True)


if __name__ == "__main__":
    main()

"""Whether enough branches of what decides are taken by a test: ``make coverage`` asks, and fails where they are not.

A bound of coverage's own (``fail_under``) is one figure of lines and branches over all packages, in which many plain
lines, or one package that is tested well, hide branches that no test takes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

LEAST: Final = 95.0
"""Per cent of the branches of each package."""
PACKAGES: Final = ("pipeline/text", "pipeline/stages", "pipeline/evaluation")


class Taken(NamedTuple):
    """How many branches of a package there are and were taken, and the others by file: from line, to line."""

    package: str
    branches: int
    taken: int
    missed: Mapping[str, tuple[tuple[int, int], ...]]

    def enough(self) -> bool:
        """Whether that meets the bound; what was not measured does not."""
        return self.branches > 0 and 100 * self.taken >= LEAST * self.branches

    def told(self) -> str:
        """A line for the package, and one for each file with branches that no test takes; a minus leaves a function."""
        percent = f"{100 * self.taken / self.branches:.2f} %" if self.branches else "not measured"
        verdict = "" if self.enough() else f": less than {LEAST:g} %"
        missed = (f"  {file}: " + ", ".join(f"{a}→{b}" for a, b in arcs) for file, arcs in self.missed.items())
        return "\n".join([f"{self.package}: {percent} ({self.taken} of {self.branches} branches){verdict}", *missed])


def taken(package: str, report: Mapping[str, Any]) -> Taken:
    """The branches of one package in what ``coverage json`` wrote."""
    files = {name: file for name, file in sorted(report["files"].items()) if Path(package) in Path(name).parents}
    missed = {name: tuple((a, b) for a, b in file["missing_branches"]) for name, file in files.items()}
    return Taken(
        package,
        sum(file["summary"]["num_branches"] for file in files.values()),
        sum(file["summary"]["covered_branches"] for file in files.values()),
        {name: tuple(sorted(arcs)) for name, arcs in missed.items() if arcs},
    )


def main(name: str) -> int:
    """Print the branches of each package from a report of ``coverage json``; 1 where one of them has too few."""
    report = json.loads(Path(name).read_text(encoding="utf-8"))
    packages = [taken(package, report) for package in PACKAGES]
    print("\n".join(package.told() for package in packages))
    return 0 if all(package.enough() for package in packages) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

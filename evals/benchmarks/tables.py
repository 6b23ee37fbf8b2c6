"""The generated tables of ``evals/README.md``: agreement of the annotators, and the metrics with their definitions.

python evals/benchmarks/tables.py --write    # put them between their marks
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.evaluation.agreement import Figures, figures, load_agreement, pooled
from pipeline.evaluation.metrics.catalogue import METRICS
from pipeline.evaluation.story import find_stories

EVALS = Path(__file__).parents[1]


def main(arguments: Sequence[str]) -> None:
    """Print or write the tables."""
    path = EVALS / "README.md"
    text = with_tables(path.read_text(encoding="utf-8"))
    if "--write" in arguments:
        path.write_text(text, encoding="utf-8")
    else:
        print(agreement_table(), metrics_table(), sep="\n")


def with_tables(readme: str) -> str:
    """The README with its tables as they are now."""
    for mark, table in {"agreement": agreement_table(), "metrics": metrics_table()}.items():
        readme = with_marked(readme, mark, table)
    return readme


def with_marked(page: str, mark: str, table: str) -> str:
    r"""The page with a table between its marks: a comment, and one with the mark's first word that ends it.

    >>> with_marked("<!-- a: by b.py -->old<!-- /a -->", "a: by b.py", "new")
    '<!-- a: by b.py -->\nnew<!-- /a -->'
    """
    start, end = f"<!-- {mark} -->", f"<!-- /{mark.partition(':')[0]} -->"
    return re.sub(f"{re.escape(start)}.*{re.escape(end)}", lambda _: f"{start}\n{table}{end}", page, flags=re.DOTALL)


def metrics_table() -> str:
    """Every metric with its definition."""
    rows = [f"| `{name}` | {definition} |" for name, definition in METRICS.items()]
    return "\n".join(["| metric | what it is |", "|---|---|", *rows]) + "\n"


def agreement_table() -> str:
    """Cohen's kappa and recall both ways, by story."""
    loaded = {path.parent.name: load_agreement(path) for path in find_stories([], EVALS / "stories")}
    known = {name: one for name, one in loaded.items() if one}
    columns = "story|facts of the first|found by the second|facts of the second|found by the first|in both|kappa".split(
        "|"
    )
    head = f"| {' | '.join(columns)} |"
    rows = [_row(name, figures(one)) for name, one in known.items()]
    rows.append(_row("all", pooled(list(known.values()))))
    return "\n".join([head, "|---|---|---|---|---|---|---|", *rows]) + "\n"


def _row(name: str, found: Figures) -> str:
    kappa = "–" if found.kappa is None else f"{found.kappa:.2f}"
    return (
        f"| {name} | {found.first} | {found.first_found:.0%} | {found.second} | {found.second_found:.0%}"
        f" | {found.matched} | {kappa} |"
    )


if __name__ == "__main__":
    main(sys.argv[1:])

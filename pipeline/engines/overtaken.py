"""Claims with a figure that the story itself has replaced: the toll of an earlier report, "up from 1,200"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.engines.protocol import Brief
from pipeline.text.quantities import quantities

_UP_FROM: Final = re.compile(
    r"\b(?:up|down|rose|risen|climbed|increased|grew|grown|fell|fallen|revised)\b[^.;]*?\bfrom\s", re.IGNORECASE
)
"""Before the figure that has been overtaken: "up from about 1,200"."""


def overtaken(brief: Brief) -> dict[str, frozenset[str]]:
    """Each claim whose figure is not the newest one, by id, with the claims that give a newer one in its place."""
    found: dict[str, frozenset[str]] = {}
    for old, newer in (*_superseded(brief), *_called_old(brief)):
        found[old] = found.get(old, frozenset()) | newer
    return found


def _superseded(brief: Brief) -> Iterator[tuple[str, frozenset[str]]]:
    """Of figures that rose from report to report, those before the last; not where the claim has the last, too."""
    rows = [[p.claim_ids for p in c.positions] for c in brief.clusters if c.relation == "superseded"]
    newest = {claim for row in rows for claim in row[-1]}
    for row in rows:
        for claims in row[:-1]:
            yield from ((claim, frozenset(row[-1])) for claim in claims if claim not in newest)


def _called_old(brief: Brief) -> Iterator[tuple[str, frozenset[str]]]:
    """Claims that give a figure of which another claim says that it has changed since, and not the new one."""
    figures = {i: {(q.value, q.unit) for q in quantities(c.text) if not q.ordinal} for i, c in brief.claims.items()}
    for name, claim in brief.claims.items():
        for old in _UP_FROM.finditer(claim.text):
            after = next((q for q in quantities(claim.text) if q.start >= old.end()), None)
            if after is None:
                continue
            newer = {value for value, _ in figures[name]} - {after.value}
            for other, given in figures.items():
                values = {value for value, _ in given}
                if other != name and after.value in values and not newer & values:
                    yield other, frozenset({name})

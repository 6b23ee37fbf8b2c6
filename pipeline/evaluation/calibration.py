"""Pairs of a fact and a statement with a level given by hand, and how far a judge or a matcher agrees with them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from pipeline.domain.base import Model
from pipeline.evaluation.licence import Degree, Table, kappa_of, table_of, told_or_not
from pipeline.evaluation.results import Level
from pipeline.evaluation.story import Annotator, By, Slug, load_labels

PAIRS: Final = Path("evals/calibration/pairs.yaml")
AMONG: Final = 4
"""Statements of other stories that a pair's own stands among when a judge is asked: a summary has many texts, too."""

Origin = Literal["gold", "extractive", "model", "written"]
"""Where a statement is from: the gold summary, a run of either engine, or written for the calibration."""


class Pair(Model):
    """A fact of a story, a statement, and how far the statement tells the fact."""

    id: Slug
    story: Slug
    fact: Slug
    fact_text: str = Field(min_length=1)
    statement: str = Field(min_length=1)
    origin: Origin
    level: Degree
    by: By
    note: str = ""


class Pairs(Model):
    """What ``pairs.yaml`` holds."""

    schema_version: Literal[1]
    annotators: Mapping[str, Annotator] = {}
    pairs: tuple[Pair, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        twice = [name for name, count in Counter(pair.id for pair in self.pairs).items() if count > 1]
        if twice:
            raise ValueError(f"the id {twice[0]!r} is given twice")
        return self


class LabelledPairs(NamedTuple):
    """The pairs, and the SHA-256 of their file: which version of the labels a measure was made with."""

    pairs: tuple[Pair, ...]
    digest: str


def load_pairs(path: Path = PAIRS) -> LabelledPairs:
    """Read the labelled pairs. Line ends do not count in the digest: a checkout may change them.

    Raises:
        InputError: the file cannot be read, or is not of the form of `Pairs`.
    """
    pairs = load_labels(path, Pairs).pairs
    unix = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return LabelledPairs(pairs, hashlib.sha256(unix).hexdigest())


class Question(NamedTuple):
    """A pair as a judge is asked about it: the texts, and the place (from 0) of the pair's own statement."""

    fact: str
    texts: tuple[str, ...]
    place: int

    def level(self, level: Level, index: int | None) -> Level:
        """What the judge said of the pair's own statement: a level that it gave to another is none of this one.

        >>> Question("f", ("a", "b"), 1).level("full", 1), Question("f", ("a", "b"), 1).level("full", 0)
        ('full', 'none')
        """
        return level if level in {"none", "unmeasured"} or index == self.place else "none"


def question(pair: Pair, known: Sequence[Pair]) -> Question:
    """The pair's statement among those of other stories, which cannot tell its fact; where it stands varies."""
    turn = int(hashlib.sha256(pair.id.encode()).hexdigest(), 16)
    others = list(dict.fromkeys(other.statement for other in known if other.story != pair.story))
    start = turn % len(others) if others else 0
    texts = (others[start:] + others[:start])[:AMONG]
    place = turn % (len(texts) + 1)
    return Question(pair.fact_text, (*texts[:place], pair.statement, *texts[place:]), place)


class Agreement(NamedTuple):
    """Labels beside judgements. What was not measured is counted apart, and is in no kappa."""

    table: Table
    unmeasured: int

    @property
    def n(self) -> int:
        """All pairs, the unmeasured ones included."""
        return sum(sum(row.values()) for row in self.table.values()) + self.unmeasured

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa over full, part and none."""
        return kappa_of(self.table)

    @property
    def kappa_told(self) -> float | None:
        """Cohen's kappa over told (in full or in part) and not told."""
        return told_or_not(self.table, {"full", "part"})

    @property
    def kappa_full(self) -> float | None:
        """Cohen's kappa over told in full, which is what counts for a reader, and anything less."""
        return told_or_not(self.table, {"full"})


def agreement(labelled: Sequence[Degree], judged: Sequence[Level]) -> Agreement:
    """How labels and judgements of the same pairs agree.

    >>> agreement(["full", "none", "part"], ["full", "none", "unmeasured"]).kappa
    1.0
    """
    known = [(label, level) for label, level in zip(labelled, judged, strict=True) if level != "unmeasured"]
    table = table_of([label for label, _ in known], [level for _, level in known])
    return Agreement(table, len(labelled) - len(known))

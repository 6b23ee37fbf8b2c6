"""The guards against corrupted sentences, with speakers and names read off by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pipeline.domain.article import Article
from pipeline.domain.claims import Evidence
from pipeline.evaluation.selftest import operators as mutations
from pipeline.evaluation.selftest.operators import Mutant
from pipeline.guards.judge import judge
from pipeline.guards.passage import units_of
from pipeline.stages.ingest import ingest
from pipeline.text.spans import make_evidence

SPEAKERS = [
    "a state department official",
    "a senior EU official",
    "The official",
    "the official",
    "Maria Zakharova",
    "Maria Zarkhova",
    "Subrahmanyam Jaishankar",
    "a US official",
    "Blinken",
    "S Jaishankar",
    "Jaishankar",
    "a State Department official",
    "a senior US State Department official",
    "A US official on conditions of anonymity",
    "a Russian official",
    "TASS news agency",
    "Reuters",
    "Associated Press",
    "Narendra Modi",
    "the Russian Foreign Ministry",
    "Mr. Blinken",
    "Mr. Lavrov",
    "police",
    "Errigan",
    "Undershill",
    "Harrowmond",
    "Solheny",
    "Benna Olthwaite",
    "Cosima Thrale",
    "Doran Vasquell",
]
"""Who speaks in the seeds and the pages, read off by hand."""
FOREIGN_SPEAKERS = ["Olaf Scholz", "the coastguard of Malta", "Narendra Modi", "Reuters", "Maria Zakharova", "Qin Gang"]
FOREIGN_NAMES = ["Jens Stoltenberg", "Qin Gang", "Narendra Modi", "Maria Zakharova", "Paul Whelan"]
PEOPLE = [
    "Blinken",
    "Lavrov",
    "Whelan",
    "Zakharova",
    "Jaishankar",
    "Modi",
    "Errigan",
    "Vasquell",
    "Harrowmond",
    "Solheny",
]
FLOORS = {
    "number": 0.9, "date": 0.9, "quotation": 0.9, "name": 0.9, "opening name": 0.9, "negation inserted": 0.85,
    "negation removed": 0.85, "speaker": 0.85, "speaker dropped": 0.85,
}  # fmt: skip


@pytest.fixture(scope="module")
def corpus(seeds: Path, pages: Path) -> tuple[Article, ...]:
    """The seeds, and the pages for their many numbers."""
    return ingest([str(seeds), str(pages)]).articles


def _units(articles: Sequence[Article]) -> Iterator[tuple[Article, str, list[Evidence]]]:
    for article in articles:
        for unit in units_of(article):
            yield article, " ".join(unit.of(article.text).split()), [make_evidence(article, unit)]


def _openings(text: str, others: Sequence[str]) -> Iterator[Mutant]:
    """The last name that opens a sentence, exchanged for others of the same article."""
    first = re.match(r"[A-Z][a-z]+\b", text)
    if first and first[0] in others:
        for other in others:
            if other not in text:
                yield Mutant("opening name", other + text[first.end() :], f"{first[0]} → {other}")


def _mutants(text: str, article: Article) -> Iterator[Mutant]:
    yield from mutations.numbers(text)
    yield from mutations.dates(text)
    yield from mutations.insertions(text)
    yield from mutations.removals(text)
    yield from mutations.quotations(text)
    yield from mutations.names(text, article.text, FOREIGN_NAMES)
    yield from _openings(text, [name for name in PEOPLE if name in article.text])
    foreign = [name for name in FOREIGN_SPEAKERS if name.split()[-1] not in article.text]
    yield from mutations.speakers(text, SPEAKERS, foreign)
    yield from mutations.dropped_speakers(text)


def test_every_sentence_bears_itself_out(corpus: tuple[Article, ...]) -> None:
    """A sentence of an article that cites itself is supported."""
    failed = [
        (text, verdict.failures())
        for article, text, evidence in _units(corpus)
        if (verdict := judge(text, evidence, {article.id: article})).status != "supported"
    ]
    assert failed == []


def test_corruptions_are_caught(corpus: tuple[Article, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Of each kind of corruption, at least the floor's share is refused."""
    made: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    missed: list[Mutant] = []
    for article, text, evidence in _units(corpus):
        for mutant in _mutants(text, article):
            made[mutant.kind] += 1
            if judge(mutant.text, evidence, {article.id: article}).status == "supported":
                missed.append(mutant)
            else:
                caught[mutant.kind] += 1
    rates = {kind: caught[kind] / made[kind] for kind in sorted(made)}
    with capsys.disabled():
        print("\nkilled:", ", ".join(f"{kind} {caught[kind]}/{made[kind]}" for kind in rates))  # noqa: T201  the rates are for people
        print(*(f"  missed {mutant.kind}: {mutant.change}" for mutant in missed), sep="\n")  # noqa: T201  so are these
    assert rates.keys() == FLOORS.keys()
    assert all(rates[kind] >= floor for kind, floor in FLOORS.items()), rates

"""How many corrupted statements the guards refuse, by kind, and how many faithful ones: only `judge` is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import Field, model_validator

from pipeline.domain.article import Article, Span
from pipeline.domain.base import Model
from pipeline.domain.claims import Evidence
from pipeline.errors import InputError
from pipeline.evaluation.selftest.typed import Cast, Corrupted, corrupted
from pipeline.evaluation.story import Annotator, Support, load_labels
from pipeline.guards.judge import judge
from pipeline.guards.passage import enclosing_units, units_of
from pipeline.text.attribution import attributions
from pipeline.text.names import proper_names
from pipeline.text.similarity import content_coverage
from pipeline.text.spans import find_words, make_evidence
from pipeline.text.words import content_stems

MOVED: Final = "citation moved"
_CARRIES: Final = 0.5
"""Share of a statement's words from which the sentence beside the cited one may carry it, too."""
_MOST_NAMES: Final = 60


class HandCorrupted(Model):
    """A statement made false by hand: of which kind, and why it is."""

    kind: str
    text: str = Field(min_length=1)
    why: str = ""


class Rewrite(Model):
    """A faithful statement in words of its own, what it cites, and the same made false by hand."""

    id: str
    story: str
    text: str = Field(min_length=1)
    kind: str
    cites: tuple[Support, ...] = Field(min_length=1)
    corrupted: tuple[HandCorrupted, ...] = ()


class Rewrites(Model):
    """What ``evals/calibration/rewrites.yaml`` holds; a bare list of rewrites is taken, too."""

    schema_version: Literal[1] = 1
    annotators: Mapping[str, Annotator] = {}
    rewrites: tuple[Rewrite, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _of_a_list(cls, value: object) -> object:
        return {"rewrites": value} if isinstance(value, list) else value


class Case(NamedTuple):
    """A statement with its evidence; ``made`` are its falsehoods, by an operator or by hand."""

    source: str
    text: str
    evidence: tuple[Evidence, ...]
    articles: Mapping[str, Article]
    made: tuple[Corrupted, ...]
    neighbours: tuple[Evidence, ...] = ()

    def refusal(self, text: str, evidence: Sequence[Evidence] = ()) -> list[str]:
        """Why the guards refuse ``text`` on the case's evidence, or on other evidence; empty where they do not."""
        verdict = judge(text, evidence or self.evidence, self.articles)
        return [guard.detail for guard in verdict.failures()] if verdict.status != "supported" else []


class Tally(NamedTuple):
    """Statements of one kind: how many there were, and the text of those that passed (or, faithful, were refused)."""

    made: int
    wrong: tuple[str, ...]

    def killed(self) -> int:
        """How many were as they should be."""
        return self.made - len(self.wrong)

    def rate(self) -> float:
        """The share that was as it should be; 1 of none."""
        return self.killed() / self.made if self.made else 1.0


class Measured(NamedTuple):
    """The tallies of the corruptions by kind, and of the faithful statements by source."""

    kinds: Mapping[str, Tally]
    faithful: Mapping[str, Tally]

    def overall(self) -> Tally:
        """All corruptions together."""
        tallies = self.kinds.values()
        return Tally(sum(t.made for t in tallies), tuple(text for t in tallies for text in t.wrong))


def measure(cases: Iterable[Case]) -> Measured:
    """Judge every case and all its corruptions. Those of a statement that is refused itself say nothing."""
    kinds: dict[str, list[tuple[str, bool]]] = {}
    faithful: dict[str, list[tuple[str, bool]]] = {}
    for case in cases:
        refused = case.refusal(case.text)
        faithful.setdefault(case.source, []).append((f"{case.text}\n      {'; '.join(refused)}", bool(refused)))
        if refused:
            continue
        for one in case.made:
            kinds.setdefault(one.kind, []).append((one.text, not case.refusal(one.text)))
        for other in case.neighbours:
            kinds.setdefault(MOVED, []).append((f"{case.text} <- {other.quote}", not case.refusal(case.text, [other])))
    return Measured(_tallies(kinds), _tallies(faithful))


def _tallies(found: Mapping[str, Sequence[tuple[str, bool]]]) -> dict[str, Tally]:
    return {kind: Tally(len(one), tuple(text for text, wrong in one if wrong)) for kind, one in found.items()}


def own_words(articles: Sequence[Article], source: str) -> Iterator[Case]:
    """Every sentence of the articles, citing itself, with all that the operators make of it."""
    speakers = speakers_of(articles)
    by_id = {article.id: article for article in articles}
    for article in articles:
        units = units_of(article)
        names = names_of([article])
        evidence = [make_evidence(article, unit) for unit in units]
        for index, unit in enumerate(units):
            text = " ".join(unit.of(article.text).split())
            beside = [evidence[i] for i in (index - 1, index + 1) if 0 <= i < len(units)]
            made = tuple(corrupted(text, Cast(names, speakers)))
            yield Case(source, text, (evidence[index],), by_id, made, _not_carrying(text, beside))


def statement_case(source: str, text: str, evidence: Sequence[Evidence], articles: Sequence[Article]) -> Case:
    """A statement in words of its own, with all that the operators make of it."""
    by_id = {article.id: article for article in articles}
    cited = [by_id[name] for name in dict.fromkeys(e.article_id for e in evidence)]
    made = tuple(corrupted(text, Cast(names_of(cited), speakers_of(articles))))
    beside = _beside(evidence[0], by_id[evidence[0].article_id]) if len(evidence) == 1 else []
    return Case(source, text, tuple(evidence), by_id, made, _not_carrying(text, beside))


def hand_written(source: str, rewrites: Sequence[Rewrite], articles: Sequence[Article]) -> list[Case]:
    """Rewrites with the corruptions that were written for them.

    Raises:
        InputError: words that a rewrite cites do not stand in its article.
    """
    by_id = {article.id: article for article in articles}
    return [
        Case(
            source,
            one.text,
            tuple(located(support, articles) for support in one.cites),
            by_id,
            tuple(Corrupted(c.kind, c.text) for c in one.corrupted),
        )
        for one in rewrites
    ]


def load_rewrites(path: Path) -> tuple[Rewrite, ...]:
    """Read a file of rewrites.

    Raises:
        InputError: it is not of its form.
    """
    return load_labels(path, Rewrites).rewrites


def located(support: Support, articles: Sequence[Article]) -> Evidence:
    """The whole sentences in which the quoted words stand.

    Raises:
        InputError: they do not stand there.
    """
    for article in articles:
        whole = Span(start=0, end=len(article.text))
        span = find_words(support.quote, article.text, whole) if Path(article.path).name == support.article else None
        if span is not None:
            return make_evidence(article, enclosing_units(article, span))
    raise InputError(f"not in the text of {support.article}: “{support.quote}”")


def names_of(articles: Iterable[Article]) -> list[str]:
    """Names of the articles, those of several words first, each once."""
    found = dict.fromkeys(name.text for article in articles for name in proper_names(article.text))
    return sorted((name for name in found if "\n" not in name), key=lambda name: (-len(name.split()), name))[
        :_MOST_NAMES
    ]


def speakers_of(articles: Iterable[Article]) -> list[str]:
    """Those who say something in the articles."""
    return list(
        dict.fromkeys(
            who.name for article in articles for text in article.sentence_texts() for who in attributions(text)
        )
    )


def _beside(evidence: Evidence, article: Article) -> list[Evidence]:
    units = units_of(article)
    held = [i for i, unit in enumerate(units) if unit.start < evidence.end and evidence.start < unit.end]
    places = (min(held) - 1, max(held) + 1) if held else ()
    return [make_evidence(article, units[i]) for i in places if 0 <= i < len(units)]


def _not_carrying(text: str, beside: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Of the sentences beside a passage, those that lack half of the statement's words."""
    wanted = content_stems(text)
    return tuple(e for e in beside if content_coverage(wanted, set(content_stems(e.quote))) < _CARRIES)

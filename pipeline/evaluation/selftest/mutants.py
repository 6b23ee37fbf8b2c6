"""Corrupted gold summaries, thirteen kinds of them, drawn by a seed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Final, NamedTuple

from pipeline.domain.claims import Evidence
from pipeline.domain.synthesis import Citation, Statement, Synthesis
from pipeline.evaluation.coverage import Reader
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.selftest import corruptions
from pipeline.evaluation.story import Labels, Support, Tellable
from pipeline.evaluation.yardstick import Yardstick
from pipeline.text.names import proper_names

MOST: Final = 12
"""Mutants of one kind of one story; more say little more and take longer."""


class Ground(NamedTuple):
    """What is corrupted: a gold outcome, with what measures it."""

    outcome: Outcome
    synthesis: Synthesis
    yardstick: Yardstick

    @property
    def labels(self) -> Labels:
        """The story's labels."""
        return self.yardstick.labels


class Mutant(NamedTuple):
    """A corrupted summary, and in words what was done."""

    kind: str
    what: str
    synthesis: Synthesis


_Text = Callable[[str, Ground], Iterator[str]]


def mutants(ground: Ground, seed: int = 0) -> list[Mutant]:
    """At most `MOST` of each kind; the same seed draws the same."""
    found = []
    for kind, make in KINDS.items():
        made = list(make(ground))
        found += Random(f"{seed} {kind}").sample(made, MOST) if len(made) > MOST else made  # noqa: S311  no secret
    return found


def _reworded(kind: str, corrupt: _Text) -> Callable[[Ground], Iterator[Mutant]]:
    """Every statement and position with its text corrupted."""

    def make(ground: Ground) -> Iterator[Mutant]:
        for statement in ground.synthesis.statements:
            for text in corrupt(statement.text, ground):
                changed = statement.model_copy(update={"text": text})
                yield Mutant(kind, f"{statement.id}: {text}", _with(ground.synthesis, changed))

    return make


def _with(synthesis: Synthesis, changed: Statement) -> Synthesis:
    """The summary with one statement changed."""
    statements = tuple(changed if one.id == changed.id else one for one in synthesis.statements)
    return synthesis.model_copy(update={"statements": statements})


def _names(ground: Ground) -> list[str]:
    """Names of the story's articles, those of several words first, each once."""
    found = dict.fromkeys(name.text for a in ground.yardstick.articles.values() for name in proper_names(a.text))
    return sorted((name for name in found if "\n" not in name), key=lambda name: (-len(name.split()), name))


def _speakers(ground: Ground) -> list[str]:
    return list(dict.fromkeys(who.name for who in ground.labels.speakers()))


def _citations_swapped(ground: Ground) -> Iterator[Mutant]:
    """Each statement with the citations of the next one that rests on other passages."""
    statements = ground.synthesis.statements
    for index, statement in enumerate(statements):
        own = {citation.evidence.quote for citation in statement.citations}
        others = [*statements[index + 1 :], *statements[:index]]
        other = next((o for o in others if not own & {c.evidence.quote for c in o.citations}), None)
        if other is not None:
            changed = statement.model_copy(update={"citations": other.citations})
            yield Mutant("citation swapped", f"{statement.id} cites as {other.id}", _with(ground.synthesis, changed))


def _citations_dropped(ground: Ground) -> Iterator[Mutant]:
    for statement in ground.synthesis.statements:
        changed = statement.model_copy(update={"citations": ()})
        yield Mutant("citation dropped", f"{statement.id} cites nothing", _with(ground.synthesis, changed))


def _disagreements_collapsed(ground: Ground) -> Iterator[Mutant]:
    """One side stays, as a statement; whatever else tells another side goes."""
    labelled = {one.id: one for one in ground.labels.disagreements}
    for shown in ground.synthesis.disagreements:
        for side in shown.positions:
            positions = labelled[shown.id].positions
            others = [p for p in positions if ground.yardstick.match(p, side.text).level != "full"]
            rest = _without(ground, others)
            told = ground.synthesis.statements[0].model_copy(
                update={"id": "told", "text": side.text, "citations": side.citations, "origins": 1}
            )
            left = {
                "statements": (*rest.statements, told),
                "disagreements": tuple(d for d in rest.disagreements if d.id != shown.id),
            }
            yield Mutant("disagreement collapsed", f"{shown.id}: only “{side.text}”", rest.model_copy(update=left))


def _without(ground: Ground, labels: Sequence[Tellable]) -> Synthesis:
    """The summary without the statements, and the disagreements with a position, that tell one of the labels."""
    synthesis = ground.synthesis

    def tells(text: str) -> bool:
        return any(ground.yardstick.match(label, text).level == "full" for label in labels)

    return synthesis.model_copy(
        update={
            "statements": tuple(s for s in synthesis.statements if not tells(s.text)),
            "disagreements": tuple(d for d in synthesis.disagreements if not any(tells(p.text) for p in d.positions)),
        }
    )


def _facts_removed(ground: Ground) -> Iterator[Mutant]:
    """Every text that tells a vital fact taken out."""
    for fact in ground.labels.facts:
        if fact.importance == "vital":
            yield Mutant("fact removed", fact.id, _without(ground, [fact]))


def _falsehoods_inserted(ground: Ground) -> Iterator[Mutant]:
    """Each labelled falsehood as a statement, cited to what it corrupts."""
    truths: dict[str, Sequence[Support]] = {fact.id: fact.support for fact in ground.labels.facts}
    truths |= {position.id: position.support for position in ground.labels.positions()}
    for falsehood in ground.labels.falsehoods:
        evidence = _evidence(ground, truths[falsehood.corrupts][0])
        if evidence is not None:
            yield Mutant("falsehood inserted", falsehood.id, _added(ground, falsehood.text, (evidence,), 1))


def _copies_counted_twice(ground: Ground) -> Iterator[Mutant]:
    """A passage that several articles took from one report, told as the word of as many origins."""
    for copy in ground.labels.copies:
        found = [evidence for passage in copy.passages if (evidence := _evidence(ground, passage))]
        text = " ".join(found[0].quote.split()) if found else ""
        articles = len({evidence.article_id for evidence in found})
        yield Mutant("wire copy counted twice", copy.id, _added(ground, text, tuple(found), articles))


def _added(ground: Ground, text: str, evidence: Sequence[Evidence], origins: int) -> Synthesis:
    citations = tuple(Citation(claim_id=None, evidence=one) for one in evidence)
    first = ground.synthesis.statements[0]
    added = first.model_copy(update={"id": "added", "text": text, "citations": citations, "origins": origins})
    return ground.synthesis.model_copy(update={"statements": (*ground.synthesis.statements, added)})


def _evidence(ground: Ground, support: Support) -> Evidence | None:
    return Reader(ground.yardstick, ground.outcome).evidence_of(support)


KINDS: Final[Mapping[str, Callable[[Ground], Iterator[Mutant]]]] = {
    "number": _reworded("number", lambda text, _: corruptions.other_numbers(text)),
    "unit": _reworded("unit", lambda text, _: corruptions.other_units(text)),
    "date": _reworded("date", lambda text, _: corruptions.other_dates(text)),
    "negation": _reworded("negation", lambda text, _: corruptions.negated(text)),
    "entity": _reworded("entity", lambda text, ground: corruptions.other_entities(text, _names(ground))),
    "speaker": _reworded("speaker", lambda text, ground: corruptions.other_speakers(text, _speakers(ground))),
    "role swap": _reworded("role swap", lambda text, _: corruptions.swapped_roles(text)),
    "citation swapped": _citations_swapped,
    "citation dropped": _citations_dropped,
    "disagreement collapsed": _disagreements_collapsed,
    "fact removed": _facts_removed,
    "falsehood inserted": _falsehoods_inserted,
    "wire copy counted twice": _copies_counted_twice,
}

"""Corrupted gold summaries, sixteen kinds of them, drawn by a seed, and the gates that must notice each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from random import Random
from typing import Final, NamedTuple

from pipeline.domain.claims import Evidence
from pipeline.domain.clusters import Holder
from pipeline.domain.synthesis import Citation, Disagreement, DisagreementPosition, Statement, Synthesis
from pipeline.evaluation.coverage import Reader
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.selftest import corruptions
from pipeline.evaluation.story import LabelledDisagreement, Labels, Support, Tellable
from pipeline.evaluation.yardstick import Yardstick
from pipeline.text.names import proper_names
from pipeline.text.words import content_stems

MOST: Final = 12
"""Mutants of one kind of one story; more say little more and take longer."""
_IDLE: Final = 3
"""Statements of one mutant that cite too much: one idle passage among thirty is within what the gate allows."""


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


class Kind(NamedTuple):
    """A kind of corruption: how it is made, and the gates of which one must fail on it.

    A gate is named by its metric, or in full where it compares with the baseline. That some other gate fails is not
    noticing: a summary that grew by a sentence may fail for its length, and the falsehood in it goes unseen.
    """

    make: Callable[[Ground], Iterator[Mutant]]
    gates: tuple[str, ...]

    def noticed_by(self, gate: str) -> bool:
        """Whether a gate of that name is one of those that must notice it.

        >>> kind = Kind(_citations_dropped, ("unsupported", "baseline: no vital fact is lost"))
        >>> [kind.noticed_by(f"seeds: {name} at most 0") for name in ("unsupported", "words", "unsupported_too")]
        [True, False, False]
        >>> kind.noticed_by("baseline: no vital fact is lost"), kind.noticed_by("baseline: nothing newly false")
        (True, False)
        """
        metric = gate.partition(": ")[2].partition(" ")[0]
        return gate in self.gates or metric in self.gates


def mutants(ground: Ground, seed: int = 0) -> list[Mutant]:
    """At most `MOST` of each kind; the same seed draws the same."""
    found = []
    for name, kind in KINDS.items():
        made = list(kind.make(ground))
        found += Random(f"{seed} {name}").sample(made, MOST) if len(made) > MOST else made  # noqa: S311  no secret
    return found


def _reworded(kind: str, corrupt: _Text) -> Callable[[Ground], Iterator[Mutant]]:
    """Every statement with its text corrupted, place by place."""

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


def _citations_added(ground: Ground) -> Iterator[Mutant]:
    """Three neighbouring statements, each with a passage more: of those cited elsewhere, the least like it."""
    statements = ground.synthesis.statements
    burdened = [_with_idle_passage(statement, ground) for statement in statements]
    for first in range(len(statements) if len(statements) > _IDLE else 1):
        chosen = {(first + more) % len(statements) for more in range(_IDLE)}
        changed = tuple(burdened[i] if i in chosen else one for i, one in enumerate(statements))
        names = ", ".join(one.id for i, one in enumerate(statements) if i in chosen)
        if changed != statements:
            mutant = ground.synthesis.model_copy(update={"statements": changed})
            yield Mutant("citation added", f"{names} cite a passage that is idle", mutant)


def _with_idle_passage(statement: Statement, ground: Ground) -> Statement:
    """What is idle is told by the words alone: the guards, who are tested, are not asked."""
    own = {citation.evidence.quote for citation in statement.citations}
    told = set(content_stems(statement.text))
    cited = [c for one in ground.synthesis.statements for c in one.citations if c.evidence.quote not in own]
    idle = min(cited, key=lambda c: len(told & set(content_stems(c.evidence.quote))), default=None)
    return statement.model_copy(update={"citations": (*statement.citations, *([idle] if idle else []))})


def _traps_sprung(ground: Ground) -> Iterator[Mutant]:
    """The sides of each trap shown as a contradiction, in the words of the passages."""
    for trap in ground.labels.traps:
        found = [evidence for side in trap.sides if (evidence := _evidence(ground, side))]
        if len(found) < len(trap.sides):
            continue
        shown = Disagreement(
            id="added",
            topic="Which of these is true?",
            relation="contradiction",
            positions=tuple(_reported(evidence, ground) for evidence in found),
        )
        left = {"disagreements": (*ground.synthesis.disagreements, shown)}
        yield Mutant("trap sprung", trap.id, ground.synthesis.model_copy(update=left))


def _reported(evidence: Evidence, ground: Ground) -> DisagreementPosition:
    """The passage as the position of the outlet that has it."""
    article = ground.yardstick.articles[evidence.article_id]
    return DisagreementPosition(
        holders=(Holder(name=article.publisher or article.path, kind="outlet"),),
        text=" ".join(evidence.quote.split()),
        citations=(Citation(claim_id=None, evidence=evidence),),
    )


def _holders_swapped(ground: Ground) -> Iterator[Mutant]:
    """Two sides of a disagreement, each shown as held by those who hold the other; not where one name fits both."""
    labelled = {one.id: one for one in ground.labels.disagreements}
    for shown in ground.synthesis.disagreements:
        for one, other in combinations(shown.positions, 2):
            if _names_of(one, labelled[shown.id]) & _names_of(other, labelled[shown.id]):
                continue
            swapped = {one.text: other.holders, other.text: one.holders}
            positions = tuple(
                side.model_copy(update={"holders": swapped.get(side.text, side.holders)}) for side in shown.positions
            )
            changed = shown.model_copy(update={"positions": positions})
            disagreements = tuple(changed if d.id == shown.id else d for d in ground.synthesis.disagreements)
            what = f"{shown.id}: “{one.text}” and “{other.text}” with each other's holders"
            yield Mutant("holders swapped", what, ground.synthesis.model_copy(update={"disagreements": disagreements}))


def _names_of(side: DisagreementPosition, labelled: LabelledDisagreement) -> set[str]:
    """All names by which the labels know the holders of a side."""
    shown = {holder.name for holder in side.holders}
    holders = [who for position in labelled.positions for who in position.holders if who.name in shown]
    return {name.casefold() for who in holders for name in who.names()}


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


_TRUTH: Final = (
    "contradicted",
    "unsupported",
    "citation_recall",
    "falsehoods_stated",
    "baseline: nothing newly false",
    "baseline: no vital fact is lost",
)
"""The gates that speak of truth: whichever it is that a changed word or figure trips."""
_BORNE_OUT: Final = ("citation_recall", "unsupported")
_SIDES: Final = ("baseline: no disagreement is collapsed",)


def _text_kind(name: str, corrupt: _Text) -> Kind:
    return Kind(_reworded(name, corrupt), _TRUTH)


KINDS: Final[Mapping[str, Kind]] = {
    "number": _text_kind("number", lambda text, _: corruptions.other_numbers(text)),
    "unit": _text_kind("unit", lambda text, _: corruptions.other_units(text)),
    "date": _text_kind("date", lambda text, _: corruptions.other_dates(text)),
    "negation": _text_kind("negation", lambda text, _: corruptions.negated(text)),
    "entity": _text_kind("entity", lambda text, ground: corruptions.other_entities(text, _names(ground))),
    "speaker": _text_kind("speaker", lambda text, ground: corruptions.other_speakers(text, _speakers(ground))),
    "role swap": _text_kind("role swap", lambda text, _: corruptions.swapped_roles(text)),
    "citation swapped": Kind(_citations_swapped, (*_BORNE_OUT, "contradicted")),
    "citation dropped": Kind(_citations_dropped, _BORNE_OUT),
    "citation added": Kind(_citations_added, ("citation_precision",)),
    "disagreement collapsed": Kind(_disagreements_collapsed, _SIDES),
    "holders swapped": Kind(_holders_swapped, _SIDES),
    "trap sprung": Kind(_traps_sprung, ("traps_sprung",)),
    "fact removed": Kind(_facts_removed, ("baseline: no vital fact is lost",)),
    "falsehood inserted": Kind(_falsehoods_inserted, ("falsehoods_stated",)),
    "wire copy counted twice": Kind(_copies_counted_twice, ("origins_overcounted",)),
}

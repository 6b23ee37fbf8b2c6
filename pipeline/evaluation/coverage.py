"""Which labelled facts a summary tells, whether cited rightly, and where the others were lost. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

from pipeline.domain.article import Span
from pipeline.domain.claims import ArticleFile, Claim, Evidence
from pipeline.evaluation.matching.matcher import RANK, Match
from pipeline.evaluation.metrics.attribution import Attributed, handed_rightly, names_speaker
from pipeline.evaluation.outcome import Outcome, Told, texts_of
from pipeline.evaluation.results import DisagreementCoverage, FactCoverage, FalsehoodFound, Flag, Stage
from pipeline.evaluation.story import Fact, LabelledDisagreement, Position, Support, Tellable
from pipeline.evaluation.yardstick import Yardstick
from pipeline.text.spans import make_evidence

_CONTRADICTING: Final = frozenset({"contradiction", "reported_position"})
STAGES: Final[tuple[Stage, ...]] = ("ingest", "summarize", "reconcile", "synthesize", "verify")


class FactFinding(NamedTuple):
    """A fact's coverage with what led to it: the text that comes nearest, the match, and the trail through the run.

    ``trail`` says for each of `STAGES` whether the fact was still there after it.
    """

    coverage: FactCoverage
    told: Told | None
    match: Match | None
    trail: tuple[bool, ...]

    def because(self) -> tuple[str, ...]:
        """Why it does not count, in plain words."""
        if self.told is None:
            return ()
        flagged = "misattributed" in self.coverage.flags
        wrong = "it is cited to no article that says so, or handed to somebody else"
        return (*(self.match.because if self.match else ()), *((wrong,) if flagged else ()))


class Reader:
    """Reads one story's outcome for what its labels ask."""

    def __init__(self, yardstick: Yardstick, outcome: Outcome) -> None:
        self._yardstick = yardstick
        self._labels = yardstick.labels
        self._outcome = outcome
        self.texts = texts_of(outcome)
        synthesis = outcome.synthesis
        self._dropped = [dropped.text for dropped in synthesis.dropped] if synthesis else []
        self._clustered = {name for one in synthesis.clusters for name in one.claim_ids()} if synthesis else set()

    def match(self, label: Tellable, text: str) -> Match:
        """How far the text tells the label."""
        return self._yardstick.match(label, text)

    # --- facts

    def facts(self) -> list[FactFinding]:
        """Every fact, in the order of the labels."""
        return [self._fact(fact) for fact in self._labels.facts]

    def _fact(self, fact: Fact) -> FactFinding:
        ranked = [(told, self.match(fact, told.text)) for told in self.texts]
        best = max(ranked, key=lambda pair: self._worth(fact, *pair), default=None)
        told, found = best or (None, None)
        near = found is not None and (found.level != "none" or bool(found.flags))
        level = found.level if found else "none"
        flags = self._flags(fact, told, found) if told and found else ()
        trail = self._trail(fact, told=level != "none")
        lost = None if level != "none" else STAGES[trail.index(False)]
        coverage = FactCoverage(
            id=fact.id,
            importance=fact.importance,
            level=level,
            statement_id=told.id if told and near else None,
            lost_at=lost,
            flags=flags,
        )
        return FactFinding(coverage, told if near else None, found, trail)

    def _worth(self, fact: Fact, told: Told, found: Match) -> tuple[int, bool, float]:
        """The more is told the better; the closer of equals, the first of those.

        Of texts that tell it in full, one that is cited and handed rightly; where none does, one that tells it wrongly:
        that is what a reader must hear of.
        """
        flagged = bool(self._flags(fact, told, found))
        return RANK[found.level], flagged != (found.level == "full"), found.score

    def _flags(self, fact: Fact, told: Told, found: Match) -> tuple[Flag, ...]:
        # a text that lacks what is required tells something else, and may rest on whom it likes
        told_at_all = found.level != "none" and not found.lacking
        wrong = told_at_all and (not told.paths & fact.articles() or not self._handed_rightly(fact, told))
        return (*found.flags, *(("misattributed",) if wrong else ()))

    def _handed_rightly(self, fact: Fact, told: Told) -> bool:
        return fact.speaker is None or handed_rightly(self.attributed(fact, told))

    def attributed(self, fact: Fact, told: Told) -> Attributed:
        """The text that tells a fact with a labelled speaker, beside all the story's speakers."""
        own = fact.speaker.names() if fact.speaker else ()
        others = {name for who in self._labels.speakers() for name in who.names()} - set(own)
        contested = bool(fact.speaker and fact.speaker.contested)
        return Attributed(told.text, told.holders, own, contested, tuple(sorted(others)))

    # --- the trail of a fact

    def _trail(self, fact: Fact, *, told: bool) -> tuple[bool, ...]:
        """Whether the fact was there after each stage; what a later stage has, no earlier one had lost."""
        read = any(self._read(support) for support in fact.support)
        claims = [claim for claim in self._claims_on(fact) if self._carries(claim, fact)]
        clustered = any(claim.id in self._clustered for claim in claims)
        drafted = told or any(self.match(fact, text).level != "none" for text in self._dropped)
        there = [read, bool(claims), clustered, drafted, told]
        return tuple(any(there[index:]) for index in range(len(there)))

    def _file(self, name: str) -> ArticleFile | None:
        return next((file for file in self._outcome.files if file.article.path == name), None)

    def _read(self, support: Support) -> bool:
        """In the text of its article; also where the article failed only later."""
        file = self._file(support.article)
        if file is None:
            failed = {failure.stage for failure in self._outcome.failures if failure.path == support.article}
            return "summarize" in failed
        return _place(support, file) is not None

    def _claims_on(self, fact: Fact) -> list[Claim]:
        """The claims that rest on one of the fact's passages."""
        found = []
        for support in fact.support:
            file = self._file(support.article)
            place = _place(support, file) if file else None
            if file and place:
                found += [c for c in file.summary.claims if any(_overlap(e, place) for e in c.evidence)]
        return found

    def _carries(self, claim: Claim, fact: Fact) -> bool:
        """The claim says it; one that rests on the same sentence may be about the other half of it."""
        quotes = (" ".join(support.quote.split()) for support in fact.support)
        text = " ".join(claim.text.split())
        verbatim = any(quote in text or text in quote for quote in quotes)
        return verbatim or self.match(fact, claim.text).level != "none"

    # --- the other labels

    def disagreements(self) -> list[tuple[DisagreementCoverage, tuple[str | None, ...]]]:
        """Each with the ids of the texts that state its positions."""
        found = []
        for labelled in self._labels.disagreements:
            stated = tuple(self._told_side(position, labelled) for position in labelled.positions)
            count = sum(one is not None for one in stated)
            coverage = DisagreementCoverage(
                id=labelled.id,
                positions_stated=count,
                positions=len(stated),
                collapsed=count == 1,
            )
            found.append((coverage, stated))
        return found

    def _told_side(self, position: Position, labelled: LabelledDisagreement) -> str | None:
        """The first text that tells the position, unless those shown as holding it hold another side alone."""
        others = [name for p in labelled.positions if p is not position for who in p.holders for name in who.names()]
        own = [name for who in position.holders for name in who.names()]

        def wrongly_held(told: Told) -> bool:
            named = [holder for holder in told.holders if names_speaker(holder, own)]
            return not named and any(names_speaker(holder, others) for holder in told.holders)

        return next((told.id for told in self._telling(position) if not wrongly_held(told)), None)

    def _telling(self, label: Tellable) -> Iterator[Told]:
        return (told for told in self.texts if self.match(label, told.text).level == "full")

    def falsehoods(self) -> list[FalsehoodFound]:
        """Each with the first text that states it; titles and topics, too, are read."""
        return [FalsehoodFound(id=one.id, stated_in=self._stating(one)) for one in self._labels.falsehoods]

    def _stating(self, label: Tellable) -> str | None:
        synthesis = self._outcome.synthesis
        headings = (
            [("title", synthesis.title), *((d.id, d.topic) for d in synthesis.disagreements)] if synthesis else []
        )
        stated = (told.id for told in self._telling(label))
        above = (name for name, text in headings if self.match(label, text).level == "full")
        return next(chain(stated, above), None)

    def traps_sprung(self) -> list[bool]:
        """Whether a contradiction is shown whose positions rest on the sides of a trap; a toll that rose is none."""
        return [self._sprung(trap.sides) for trap in self._labels.traps]

    def _sprung(self, sides: Sequence[Support]) -> bool:
        shown = self._outcome.synthesis.disagreements if self._outcome.synthesis else ()
        for disagreement in (one for one in shown if one.relation in _CONTRADICTING):
            touched = [
                {index for index, side in enumerate(sides) if any(self._on(c.evidence, side) for c in p.citations)}
                for p in disagreement.positions
            ]
            if any(one - two and two - one for i, one in enumerate(touched) for two in touched[i + 1 :]):
                return True
        return False

    def copies_of(self, evidence: Evidence) -> frozenset[str]:
        """The copied reports that the passage belongs to."""
        return frozenset(
            copy.id for copy in self._labels.copies if any(self._on(evidence, passage) for passage in copy.passages)
        )

    def evidence_of(self, support: Support) -> Evidence | None:
        """The labelled passage as evidence; None where its article was not read, or does not have it."""
        file = self._file(support.article)
        place = _place(support, file) if file else None
        return make_evidence(file.article, Span(start=place[0], end=place[1])) if file and place else None

    def _on(self, evidence: Evidence, support: Support) -> bool:
        file = self._file(support.article)
        place = _place(support, file) if file else None
        return file is not None and file.article.id == evidence.article_id and bool(place and _overlap(evidence, place))


def _place(support: Support, file: ArticleFile) -> tuple[int, int] | None:
    quote = unicodedata.normalize("NFC", support.quote)
    start = file.article.text.find(quote)
    return None if start < 0 else (start, start + len(quote))


def _overlap(evidence: Evidence, place: tuple[int, int]) -> bool:
    return evidence.start < place[1] and place[0] < evidence.end

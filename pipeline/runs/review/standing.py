"""What stands now: the decisions in their order, applied to the items of the present run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from pydantic import Field

from pipeline.domain.base import Model
from pipeline.domain.claims import Evidence
from pipeline.domain.review import ABOUT_A_PASSAGE, About, AboutKind, Action, Decision, State, evidence_digest
from pipeline.domain.verdict import Verdict
from pipeline.runs.folder import stands
from pipeline.runs.review.items import Items

Fit = Literal["here", "outdated", "unmatched"]

_STATES: Final[Mapping[Action, State]] = {"accept": "accepted", "reject": "rejected", "edit": "edited"}


class Comment(Model):
    """A remark on an item; ``id`` is its decision's."""

    id: str
    text: str
    by: str
    at: str


class ItemStanding(Model):
    """How one item stands. ``text``, ``reason`` and ``verdict`` are those of the decision that made its state.

    ``vital_by``: who said last that it should be vital. ``undo`` is the last decision of any kind that stands on the
    item, and ``undo_by`` who made it: what taking back takes back.
    """

    kind: AboutKind
    id: str
    state: State = "open"
    text: str | None = None
    reason: str | None = None
    vital: bool = False
    vital_by: str | None = None
    comments: tuple[Comment, ...] = ()
    decision_id: str | None = None
    by: str | None = None
    at: str | None = None
    verdict: Verdict | None = None
    undo: str | None = None
    undo_by: str | None = None


class MissingFact(Model):
    """Something that the summary should tell and does not, with the passages that say it."""

    decision_id: str
    evidence: tuple[Evidence, ...]
    text: str | None
    by: str
    at: str


class Standing(Model):
    """The whole review as it stands.

    ``outdated`` are decisions about an item of which the passages are here, in other words; ``unmatched`` those about
    something that is not in this run at all. ``counts`` counts statements by state. ``decided`` are the decisions about
    what is here, in their order; they are not sent along, since all decisions are.
    """

    items: tuple[ItemStanding, ...]
    missing: tuple[MissingFact, ...]
    outdated: tuple[Decision, ...]
    unmatched: tuple[Decision, ...]
    counts: dict[State, int]
    decided: tuple[Decision, ...] = Field(default=(), exclude=True)

    def of(self, kind: AboutKind, name: str) -> ItemStanding:
        """How an item stands; open where nothing was decided."""
        found = (item for item in self.items if (item.kind, item.id) == (kind, name))
        return next(found, ItemStanding(kind=kind, id=name))


class _Placed(NamedTuple):
    """A decision and where it belongs in this run: the item's kind and id, or None with the reason."""

    decision: Decision
    fit: Fit
    key: tuple[AboutKind, str] | None = None


def live(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions that nobody took back, in order, without those that only took others back."""
    gone = {decision.withdraws for decision in decisions if decision.action == "withdraw"}
    return [one for one in decisions if one.action != "withdraw" and one.id not in gone]


def belongs_to(decision: Decision, items: Items) -> tuple[AboutKind, str] | None:
    """What of this run a decision is about: kind and id, a missing fact's article; None where it is not here."""
    [placed] = _placed([decision], items)
    if placed.fit == "here" and decision.about.kind == ABOUT_A_PASSAGE:
        return ABOUT_A_PASSAGE, decision.evidence[0].article_id
    return placed.key


def standing(decisions: Sequence[Decision], items: Items) -> Standing:
    """What stands. Of accepting, rejecting and editing the last counts; nothing that was decided is left out."""
    placed = _placed(live(decisions), items)
    by_key: dict[tuple[AboutKind, str], list[Decision]] = {}
    for one in placed:
        if one.key is not None:
            by_key.setdefault(one.key, []).append(one.decision)
    # Claims are many, and hardly ever decided about: those of which nothing is said are not listed.
    shown = [i.about for i in items.all() if i.about.kind != "claim" or ("claim", i.about.id) in by_key]
    found = [_item(about, by_key.get((about.kind, about.id), [])) for about in shown]
    states = Counter(item.state for item in found if item.kind == "statement")
    counts: dict[State, int] = {state: states[state] for state in ("open", "accepted", "rejected", "edited")}
    here = [one.decision for one in placed if one.fit == "here"]
    return Standing(
        items=tuple(found),
        missing=tuple(_missing(decision) for decision in here if decision.action == "missing"),
        outdated=tuple(one.decision for one in placed if one.fit == "outdated"),
        unmatched=tuple(one.decision for one in placed if one.fit == "unmatched"),
        counts=counts,
        decided=tuple(here),
    )


def _item(about: About, decisions: Iterable[Decision]) -> ItemStanding:
    """One item, decision by decision."""
    item = ItemStanding(kind=about.kind, id=about.id)
    for one in decisions:
        item = item.model_copy(update={"undo": one.id, "undo_by": one.by})
        if one.action == "vital":
            item = item.model_copy(update={"vital": True, "vital_by": one.by})
        elif one.action == "comment":
            comment = Comment(id=one.id, text=one.text or "", by=one.by, at=one.at)
            item = item.model_copy(update={"comments": (*item.comments, comment)})
        else:
            item = item.model_copy(
                update={
                    "state": _STATES[one.action],
                    "text": one.text,
                    "reason": one.reason,
                    "decision_id": one.id,
                    "by": one.by,
                    "at": one.at,
                    "verdict": one.verdict,
                }
            )
    return item


def _missing(decision: Decision) -> MissingFact:
    return MissingFact(
        decision_id=decision.id, evidence=decision.evidence, text=decision.text, by=decision.by, at=decision.at
    )


def _placed(decisions: Sequence[Decision], items: Items) -> list[_Placed]:
    exact: dict[tuple[AboutKind, str, str], list[str]] = {}
    passages: set[tuple[AboutKind, str]] = set()
    for item in items.all():
        about = item.about
        exact.setdefault((about.kind, about.evidence_digest, about.text), []).append(about.id)
        if item.evidence:
            passages.add((about.kind, about.evidence_digest))
    return [_place(decision, items, exact, passages) for decision in decisions]


def _place(
    decision: Decision,
    items: Items,
    exact: Mapping[tuple[AboutKind, str, str], Sequence[str]],
    passages: set[tuple[AboutKind, str]],
) -> _Placed:
    """By text and passages, of which there may be more now; the id says which of two that are the same is meant."""
    about = decision.about
    if about.kind == ABOUT_A_PASSAGE:
        return _Placed(decision, "here" if _is_here(decision, items) else "unmatched")
    same = exact.get((about.kind, about.evidence_digest, about.text), []) or _with_more(decision, items)
    if same:
        return _Placed(decision, "here", (about.kind, about.id if about.id in same else same[0]))
    return _Placed(decision, "outdated" if (about.kind, about.evidence_digest) in passages else "unmatched")


def _with_more(decision: Decision, items: Items) -> list[str]:
    """The items with the same words that rest on the same passages and on others, too: an update brings such.

    A decision has only the digest of its passages, so groups of them are tried.
    """
    about = decision.about
    alike = [item for item in items.all() if (item.about.kind, item.about.text) == (about.kind, about.text)]
    return [item.about.id for item in alike if _rests_on(item.evidence, about.evidence_digest, items)]


def _rests_on(evidence: Sequence[Evidence], digest: str, items: Items) -> bool:
    """Whether the digest is of the passages that stand in some of the articles, the first of the run before others.

    Later articles have later numbers, so what was there before an update stands in the first so many of them.
    """
    order = {name: place for place, name in enumerate(items.run.articles())}
    places = sorted({order[one.article_id] for one in evidence if one.article_id in order})
    groups = ([one for one in evidence if order.get(one.article_id, len(order)) <= last] for last in places[:-1])
    return any(evidence_digest(group, items.digests) == digest for group in groups)


def _is_here(decision: Decision, items: Items) -> bool:
    """Whether the marked words stand where they stood, in articles of the same bytes."""
    articles = items.run.articles()
    there = all(e.article_id in articles and stands(e, articles[e.article_id]) for e in decision.evidence)
    return there and items.passage(decision.evidence).evidence_digest == decision.about.evidence_digest

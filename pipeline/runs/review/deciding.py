"""From what a reviewer asks for to the decision that is stored, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from pydantic import Field

from pipeline.domain.article import Span
from pipeline.domain.base import Model
from pipeline.domain.claims import Evidence
from pipeline.domain.review import ABOUT_A_PASSAGE, About, AboutKind, Action, Decision
from pipeline.domain.verdict import Verdict
from pipeline.errors import InputError
from pipeline.guards.judge import judge
from pipeline.render.visible import plain
from pipeline.runs.review.edits import meant_by
from pipeline.runs.review.items import Item, Items
from pipeline.runs.review.standing import belongs_to, live
from pipeline.text.spans import make_evidence

LONGEST: Final = 10_000
"""Characters of a comment or a reason."""
LONGEST_JUDGED: Final = 2_000
"""Characters of a text that the guards judge: a statement has two hundred, and the guards take each figure of the text
against each of the passage."""


class AboutGiven(Model):
    """What a request is about, by its name in the present run."""

    kind: AboutKind
    id: str


class Marked(Model):
    """Marked characters: code points ``[start, end)`` of an article's text."""

    article_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Asked(Model):
    """A decision as it is asked for.

    A withdrawal need not say what it is about; where it does, it takes back nothing that is about something else.
    """

    action: Action
    about: AboutGiven | None = None
    text: str | None = Field(default=None, max_length=LONGEST)
    reason: str | None = Field(default=None, max_length=LONGEST)
    evidence: tuple[Marked, ...] = Field(default=(), max_length=100)
    withdraws: str | None = None


class Stamp(NamedTuple):
    """What code adds to a decision: its id, the time (ISO, UTC) and the reviewer."""

    id: str
    at: str
    by: str


class _Content(NamedTuple):
    about: About
    text: str | None = None
    reason: str | None = None
    evidence: tuple[Evidence, ...] = ()
    verdict: Verdict | None = None
    withdraws: str | None = None


def decide(asked: Asked, items: Items, before: Sequence[Decision], stamp: Stamp) -> Decision:
    """The decision as it is stored.

    Raises:
        InputError: it is about nothing in this run, or lacks what its action needs.
    """
    content = _content(asked, items, before)
    return Decision(id=stamp.id, at=stamp.at, by=stamp.by, action=asked.action, **content._asdict())


def _content(asked: Asked, items: Items, before: Sequence[Decision]) -> _Content:
    _refuse_idle(asked)
    if asked.action == "withdraw":
        return _withdrawal(asked, items, before)
    if asked.about is None:
        raise InputError("It is not said what the decision is about.")
    if asked.action == "missing" or asked.about.kind == ABOUT_A_PASSAGE:
        return _missing(asked, asked.about, items)
    item = items.get(asked.about.kind, asked.about.id)
    if item is None:
        raise InputError(f"This run has no {asked.about.kind} “{asked.about.id}”.")
    _refuse_what_changes_nothing(asked.action, item)
    if asked.action == "edit":
        return _edit(asked, item.about, items)
    text = _said(asked.text) if asked.action == "comment" else None
    reason = _needed(asked.reason, "A rejection needs a reason.") if asked.action == "reject" else None
    return _Content(item.about, text=text, reason=reason)


def _refuse_idle(asked: Asked) -> None:
    """What would be dropped without a word is refused: whoever sent it means something by it."""
    takes = {"edit": {"text"}, "comment": {"text"}, "missing": {"text", "evidence"}, "reject": {"reason"}}
    takes["withdraw"] = {"withdraws"}
    given = {name for name in ("text", "reason", "evidence", "withdraws") if getattr(asked, name)}
    idle = given - takes.get(asked.action, set())
    if idle:
        raise InputError(f"A decision to {asked.action} takes no {min(idle)}.")


def _refuse_what_changes_nothing(action: Action, item: Item) -> None:
    """Nobody should think that something came of it."""
    kind = item.about.kind
    if kind == "dropped" and action == "accept" and not item.evidence:
        raise InputError("This draft cites nothing.", hint="Mark the words of a source that say it, as a missing fact.")
    if kind == "dropped" and action == "reject":
        raise InputError(
            "What was dropped is not in the summary, so there is nothing to reject.",
            hint="Accept it, or comment on it.",
        )
    if kind == "claim" and action in {"accept", "reject"}:
        raise InputError(
            f"To {action} a claim changes nothing in the summary.",
            hint="Decide about the statement that rests on it; a claim can be called vital, or commented on.",
        )


def _edit(asked: Asked, about: About, items: Items) -> _Content:
    if about.kind != "statement":
        raise InputError(f"Only a statement can be edited, not a {about.kind}.")
    refuse_long(asked.text or "")
    text = _needed(meant_by(asked.text or "", about.text).text, "The edited text is empty.")
    if not _has_word(text):
        raise InputError("There is no word in the edited text.", hint="To take the statement out, reject it.")
    if text == about.text or _line(asked.text or "") == _line(plain(about.text)):
        raise InputError("The text is as it was; withdraw an earlier edit to have the original back.")
    evidence = tuple(citation.evidence for citation in items.statements[about.id].citations)
    return _Content(about, text=text, evidence=evidence, verdict=judge(text, evidence, items.run.articles()))


def _missing(asked: Asked, about: AboutGiven, items: Items) -> _Content:
    """A fact that the summary lacks, by the words of a source that say it."""
    if asked.action != "missing" or about.kind != ABOUT_A_PASSAGE:
        raise InputError("A missing fact, and nothing else, is about a passage.")
    if not asked.evidence or asked.evidence[0].article_id != about.id:
        raise InputError(f"Mark the words of “{about.id}” that say it.")
    evidence = tuple(_evidence(marked, items) for marked in asked.evidence)
    refuse_long(asked.text or "")
    refuse_long(" ".join(one.quote for one in evidence))
    return _Content(items.passage(evidence), text=_line(asked.text or "") or None, evidence=evidence)


def _evidence(marked: Marked, items: Items) -> Evidence:
    article = items.run.articles().get(marked.article_id)
    if article is None:
        raise InputError(f"This run has no article “{marked.article_id}”.")
    if not marked.start < marked.end <= len(article.text):
        length = len(article.text)
        raise InputError(
            f"{marked.article_id}[{marked.start}:{marked.end}] is out of range: the text has {length} characters."
        )
    evidence = make_evidence(article, Span(start=marked.start, end=marked.end))
    if not _has_word(evidence.quote):
        raise InputError("There is no word in what was marked.")
    return evidence


def _withdrawal(asked: Asked, items: Items, before: Sequence[Decision]) -> _Content:
    """Where it is said what it is about, only a decision that stands there now is taken back."""
    name = _needed(asked.withdraws, "It is not said which decision is withdrawn.")
    found = next((decision for decision in before if decision.id == name), None)
    if found is None:
        raise InputError(f"There is no decision “{name}” that could be withdrawn.")
    if found.action == "withdraw":
        raise InputError("A withdrawal cannot be withdrawn.", hint="Decide again instead.")
    if found not in live(before):
        raise InputError(f"The decision “{name}” is withdrawn already.")
    about = asked.about
    if about is not None and belongs_to(found, items) != (about.kind, about.id):
        raise InputError(
            f"The decision “{name}” is not about the {about.kind} “{about.id}” of this run.", hint="Reload the page."
        )
    return _Content(found.about, withdraws=name)


def refuse_long(text: str) -> None:
    """Refuse what the guards would be at for long.

    Raises:
        InputError: it is longer than any statement.
    """
    if len(text) > LONGEST_JUDGED:
        raise InputError(f"A text or a passage has at most {LONGEST_JUDGED} characters here; this one has {len(text)}.")


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _needed(text: str | None, otherwise: str) -> str:
    line = _line(text or "")
    if not line:
        raise InputError(otherwise)
    return line


def _said(comment: str | None) -> str:
    """A comment keeps its lines."""
    _needed(comment, "The comment is empty.")
    return (comment or "").strip()


def _line(text: str) -> str:
    """On one line: a statement, a fact and a reason are."""
    return " ".join(text.split())

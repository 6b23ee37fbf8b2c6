"""An edited text: what was meant by it, and how it stands against the passages that its statement cites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.base import Model
from pipeline.domain.claims import Evidence
from pipeline.domain.verdict import Guard, Verdict
from pipeline.guards.judge import judge
from pipeline.guards.passage import passage_of
from pipeline.guards.unborne import unborne
from pipeline.render.visible import plain


class Verified(Model):
    """What is said of a text while it is written. ``unsupported`` are code points ``[start, end)`` of it."""

    verdict: Verdict
    guards: tuple[Guard, ...]
    unsupported: tuple[tuple[int, int], ...]
    supported: bool


class Meant(NamedTuple):
    """A text as it was meant, and the place that each of its characters has in the text as it was typed."""

    text: str
    places: tuple[int, ...]


def meant_by(typed: str, original: str) -> Meant:
    r"""The typed text without the symbols that the page shows for what cannot be seen in ``original``.

    They stand for characters that no reviewer typed or could see, so those go, and what parts words becomes a space. A
    symbol that the original has itself stays.

    >>> meant_by("It \u2426sank.", "It \u202esank.").text
    'It sank.'
    """
    shown = {seen: char for char, seen in zip(original, plain(original), strict=True) if char != seen}
    shown = {seen: char for seen, char in shown.items() if seen not in original}
    kept = [
        (place, " " if char in shown else char)
        for place, char in enumerate(typed)
        if char not in shown or shown[char].isspace()
    ]
    return Meant("".join(char for _, char in kept), tuple(place for place, _ in kept))


def verify_typed(typed: str, original: str, evidence: Sequence[Evidence], articles: Mapping[str, Article]) -> Verified:
    """As `verify_text` of what is meant; ``unsupported`` is of the text as it was typed."""
    meant = meant_by(typed, original)
    found = verify_text(meant.text, evidence, articles)
    places = tuple((meant.places[start], meant.places[end - 1] + 1) for start, end in found.unsupported)
    return found.model_copy(update={"unsupported": places})


def verify_text(text: str, evidence: Sequence[Evidence], articles: Mapping[str, Article]) -> Verified:
    """Judge a text as the run's own statements are judged, and say which of its words nothing bears out."""
    verdict = judge(text, evidence, articles)
    passages = [passage_of(articles[one.article_id], one) for one in evidence]
    return Verified(
        verdict=verdict,
        guards=verdict.guards,
        unsupported=tuple((span.start, span.end) for span in unborne(text, passages, verdict)),
        supported=verdict.status == "supported",
    )

"""The verdict: all guards together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.claims import Evidence
from pipeline.domain.verdict import Guard, Status, Verdict
from pipeline.guards.comparison import comparison_agrees, comparison_guard
from pipeline.guards.content import ENOUGH, PARTLY, content_guard, content_score
from pipeline.guards.date import date_guard
from pipeline.guards.languages.judging import judged_elsewhere
from pipeline.guards.modality import modality_agrees, modality_guard
from pipeline.guards.name import name_guard
from pipeline.guards.negation import negation_guard
from pipeline.guards.opposite import opposite_agrees, opposite_guard
from pipeline.guards.passage import Passage, is_own_words, passage_of
from pipeline.guards.quantity import quantity_agrees, quantity_guard
from pipeline.guards.quotation import quotation_guard
from pipeline.guards.role import role_guard
from pipeline.guards.speaker import speaker_guard
from pipeline.guards.support.score import support_score

METHOD: Final = "guards/7+support/2"
"""Named in every verdict; a number is raised when the same input may get another verdict, or another score."""


class Check(NamedTuple):
    """A guard under its name.

    ``agrees`` tells of a text that is its own passage (`is_own_words`) that the guard has nothing against it, for less
    than asking the guard takes; False where that is not certain.
    """

    name: str
    guard: Callable[[str, Sequence[Passage]], Guard]
    agrees: Callable[[str], bool]


def _always(text: str) -> bool:
    del text
    return True


def _unknown(text: str) -> bool:
    del text
    return False


CHECKS: Final[tuple[Check, ...]] = (
    Check("quantity", quantity_guard, quantity_agrees),
    Check("date", date_guard, _always),
    Check("name", name_guard, _always),
    Check("negation", negation_guard, _always),
    Check("opposite", opposite_guard, opposite_agrees),
    Check("comparison", comparison_guard, comparison_agrees),
    Check("role", role_guard, _always),
    Check("modality", modality_guard, modality_agrees),
    Check("speaker", speaker_guard, _unknown),
    Check("quotation", quotation_guard, _always),
    Check("content", content_guard, _always),
)
_BY_COST: Final = "date quotation name content negation opposite speaker comparison modality role quantity".split()
_QUICKEST: Final = tuple(sorted(CHECKS, key=lambda check: _BY_COST.index(check.name)))
"""In the order in which they are soon done: where one failure decides, the others need not be asked."""
_CONTRADICTING: Final = frozenset({"quantity", "date", "negation", "opposite", "modality", "role", "comparison"})


def judge(text: str, evidence: Sequence[Evidence], articles: Mapping[str, Article]) -> Verdict:
    """The verdict on ``text`` against the union of the passages; ``uncited`` where there are none.

    Args:
        text: one statement, without citation markers.
        evidence: the passages it cites.
        articles: by id; every evidence's article must be there.
    """
    if not evidence:
        return Verdict(status="uncited", guards=(), method=METHOD, score=0.0)
    passages = [passage_of(articles[e.article_id], e) for e in evidence]
    elsewhere = judged_elsewhere(text, passages)
    if elsewhere is not None:
        return elsewhere
    guards = tuple(check.guard(text, passages) for check in CHECKS)
    status = _status(guards, content_score(text, passages))
    score = support_score(text, passages, guards)
    return Verdict(status=status, guards=guards, method=METHOD, score=round(score, 4))


def failures(
    text: str, evidence: Sequence[Evidence], articles: Mapping[str, Article], *, but: Collection[str] = ()
) -> Iterator[Guard]:
    """The guards that fail, as in the verdict of `judge`, one by one: who stops early does not pay for the rest.

    Args:
        text: one statement, without citation markers.
        evidence: the passages it cites; at least one.
        articles: by id; every evidence's article must be there.
        but: names of guards that are not asked.
    """
    passages = [passage_of(articles[e.article_id], e) for e in evidence]
    elsewhere = judged_elsewhere(text, passages)
    if elsewhere is not None:
        return iter([guard for guard in elsewhere.failures() if guard.name not in but])
    return _failures(text, passages, [check for check in CHECKS if check.name not in but])


def _failures(text: str, passages: Sequence[Passage], checks: Sequence[Check]) -> Iterator[Guard]:
    own = is_own_words(text, passages)
    for check in checks:
        if not (own and check.agrees(text)):
            guard = check.guard(text, passages)
            if guard.outcome == "fail":
                yield guard


def is_supported(text: str, evidence: Sequence[Evidence], articles: Mapping[str, Article]) -> bool:
    """Whether `judge` would call the text supported by the passages."""
    passages = [passage_of(articles[e.article_id], e) for e in evidence]
    elsewhere = judged_elsewhere(text, passages) if passages else None
    if elsewhere is not None:
        return elsewhere.status == "supported"
    return bool(passages) and next(_failures(text, passages, _QUICKEST), None) is None


def _status(guards: Sequence[Guard], found: float) -> Status:
    """Contradicted: the passage is about this but says otherwise. Partial: only the wording is too far off.

    ``found`` is the share of the text's words that stand in the evidence; the support score decides nothing here.
    """
    failed = {guard.name for guard in guards if guard.outcome == "fail"}
    if not failed:
        return "supported"
    about_this = found >= (PARTLY if "opposite" in failed else ENOUGH)
    if failed & _CONTRADICTING and about_this:
        return "contradicted"
    return "partial" if failed == {"content"} and found >= PARTLY else "unsupported"

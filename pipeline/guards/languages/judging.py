"""The verdict where English is not all there is: which checks apply, and what is said of those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.domain.verdict import Guard, Status, Verdict
from pipeline.guards.content import ENOUGH, PARTLY
from pipeline.guards.languages.across import across_name_guard
from pipeline.guards.languages.figures import day_guard, figure_guard
from pipeline.guards.languages.reading import Case, case_of
from pipeline.guards.languages.wording import (
    content_guard,
    enough,
    found_share,
    is_verbatim,
    name_guard,
    negation_guard,
)
from pipeline.guards.passage import Passage
from pipeline.guards.quotation import quotation_guard
from pipeline.text.languages.known import language_of
from pipeline.text.languages.reading import may_be_english

METHOD: Final = "guards-languages/1"
"""Named in the verdicts of this module; raised when the same input may get another verdict."""

_NEVER: Final = ("opposite", "comparison", "role", "modality", "speaker")
"""What is checked in English alone."""
_CONTRADICTING: Final = frozenset({"quantity", "date", "negation"})


def judged_elsewhere(text: str, passages: Sequence[Passage]) -> Verdict | None:
    """The verdict where the text or an article is not English; None where all is, or may be."""
    if may_be_english(text) and all(language_of(p.article.language) is None for p in passages):
        return None
    case = case_of(text, passages)
    if case.text.language is None and not case.is_across():
        return None
    return _across(case) if case.is_across() else _within(case)


def _within(case: Case) -> Verdict:
    """Text and passages in one language."""
    known, name = case.text.is_known(), case.text.name()
    if is_verbatim(case):
        told = Guard(name="content", outcome="pass", detail="it stands in the cited passage word for word")
        guards = (quotation_guard(case.text.text, case.passages), told)
        return _verdict(guards, "supported", 1.0)
    checks = [figure_guard(case), day_guard(case)] if known else [figure_guard(case)]
    if known:
        checks += [_named(case), negation_guard(case)]
    checks += [quotation_guard(case.text.text, case.passages), content_guard(case)]
    unknown = () if known else ("date", "name", "negation")
    checks += [_unchecked(guard, f"not checked in {name}") for guard in (*unknown, *_NEVER)]
    share = found_share(case)
    return _verdict(tuple(checks), _status(checks, share, enough(case), complete=known), share)


def _named(case: Case) -> Guard:
    language = case.text.language
    if language is not None and (language.capitals or language.capital_nouns):
        return name_guard(case)
    return _unchecked("name", f"{case.text.name()} does not mark names; they are compared as words")


def _across(case: Case) -> Verdict:
    """Text and passages in different languages: what can be compared without understanding either."""
    why = f"not compared: the text is in {case.text.name()}, what it cites is not"
    if all(one.is_known() for one in (case.text, *case.evidence)):
        checks = [figure_guard(case), day_guard(case)]
    else:
        names = sorted({one.name() for one in (case.text, *case.evidence) if not one.is_known()})
        checks = [_unchecked(guard, f"not checked in {', '.join(names)}") for guard in ("quantity", "date")]
    checks += [across_name_guard(case), quotation_guard(case.text.text, case.passages)]
    checks += [_unchecked(guard, why) for guard in ("negation", *_NEVER, "content")]
    failed = {guard.name for guard in checks if guard.outcome == "fail"}
    status: Status = "unverified" if not failed else "unsupported"
    return _verdict(tuple(checks), status, 0.0 if failed else _UNKNOWN)


_UNKNOWN: Final = 0.5
"""The score of what cannot be told: as likely as not."""


def _status(checks: Sequence[Guard], share: float, least: float, *, complete: bool) -> Status:
    failed = {guard.name for guard in checks if guard.outcome == "fail"}
    if not failed:
        return "supported" if complete else "unverified"
    if failed & _CONTRADICTING and share >= least:
        return "contradicted"
    return "partial" if failed == {"content"} and share >= least * PARTLY / ENOUGH else "unsupported"


def _unchecked(name: str, why: str) -> Guard:
    return Guard(name=name, outcome="not_applicable", detail=why)


def _verdict(guards: tuple[Guard, ...], status: Status, score: float) -> Verdict:
    return Verdict(status=status, guards=guards, method=METHOD, score=round(score, 4))

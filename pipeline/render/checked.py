"""From what a check found to what is shown of it, whether as text or as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from pipeline.domain.checked import CheckedSentence, CheckReport
from pipeline.domain.synthesis import Citation
from pipeline.render import wording

_SHOWN_PASSAGES: Final = 3
_LONGEST_PASSAGE: Final = 320
_LONGEST_OUTLET: Final = 120


class Finding(NamedTuple):
    """Something about a sentence, in plain words. ``guard`` is who found it; None: all of them together."""

    guard: str | None
    detail: str
    is_advice: bool = False


class PassageView(NamedTuple):
    """A passage in one line; the path of its article, and who published that, else its title, None if unknown."""

    quote: str
    source: str
    outlet: str | None
    is_proposed: bool


class PassageViews(NamedTuple):
    """The first passages; and how many more there are, with the names of their articles, "" if none."""

    first: tuple[PassageView, ...]
    others: str


def findings(sentence: CheckedSentence) -> Iterator[Finding]:
    """What is wrong with the sentence or could not be looked at, and what models say; nothing of what is in order."""
    verdict = sentence.verdict
    uncited = verdict.status == "uncited"
    if uncited:
        yield Finding(None, _outlook(sentence))
    if verdict.status == "unverified":
        yield from (Finding(guard.name, guard.detail) for guard in verdict.unchecked())
    for guard in verdict.failures():
        yield Finding(guard.name, _of_proposed(guard.detail) if uncited else guard.detail)
    for guard in verdict.advice():
        yield Finding(guard.name, guard.detail, is_advice=True)


def _of_proposed(detail: str) -> str:
    return detail.replace("the cited passage", "the passage").replace("the cited article", "the article")


def _outlook(sentence: CheckedSentence) -> str:
    """What would become of an uncited sentence if it cited what is proposed."""
    if not sentence.citations:
        return "names no source, and no source has a word of it"
    if not sentence.verdict.failures():
        one = len(sentence.citations) == 1
        return f"names no source; the {'passage' if one else 'passages'} below would bear it out"
    return "names no source; this is the nearest that was found, but:"


def passages(sentence: CheckedSentence, report: CheckReport) -> PassageViews:
    """What the sentence cites or could cite, cut short, and where the rest stands."""
    first, others = sentence.citations[:_SHOWN_PASSAGES], sentence.citations[_SHOWN_PASSAGES:]
    names = ", ".join(dict.fromkeys(_name(citation, report) for citation in others))
    return PassageViews(
        tuple(
            PassageView(_short(c.evidence.quote), _name(c, report), _outlet(c, report), c.cited == "proposed")
            for c in first
        ),
        f"and {wording.count(len(others), 'passage')} more, in {names}" if others else "",
    )


def _short(quote: str) -> str:
    line = " ".join(quote.split())
    if len(line) <= _LONGEST_PASSAGE:
        return line
    return f"{line[:_LONGEST_PASSAGE].rpartition(' ')[0] or line[:_LONGEST_PASSAGE]} …"


def _name(citation: Citation, report: CheckReport) -> str:
    article_id = citation.evidence.article_id
    return " ".join(report.names.get(article_id, article_id).split())


def _outlet(citation: Citation, report: CheckReport) -> str | None:
    article = report.articles.get(citation.evidence.article_id)
    known = article and (article.publisher or article.title)
    return wording.clipped(" ".join(known.split()), _LONGEST_OUTLET) if known else None


def skipped(report: CheckReport) -> str:
    """What was not checked, in words, "" if nothing.

    >>> skipped(CheckReport(sentences=(), counts={}, skipped={"heading": 1, "source entry": 5}))
    '1 heading, 5 source entries'
    """
    counted = sorted(report.skipped.items())
    return ", ".join(wording.count(count, kind, _plural(kind)) for kind, count in counted if count)


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"

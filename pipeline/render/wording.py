"""The plain words of the report: what a status, a guard, a relation, a date or an attribution is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from pipeline.domain.article import Flag
from pipeline.domain.claims import Attribution, Claim
from pipeline.domain.clusters import Holder, Position, Relation
from pipeline.domain.synthesis import Disagreement, Source
from pipeline.domain.verdict import Outcome, Status
from pipeline.render.visible import has_hidden
from pipeline.text.languages.known import ENGLISH, base, language_name

STATUS: Final[dict[Status, tuple[str, str]]] = {
    "supported": ("✓", "Supported"),
    "unverified": ("◌", "Not fully checked"),
    "partial": ("◐", "Supported in part"),
    "unsupported": ("✕", "Not supported"),
    "contradicted": ("✕", "Contradicted"),
    "uncited": ("○", "No citation"),
}
"""A sign and a word for each status: colour alone says nothing to many readers."""

OUTCOME: Final[dict[Outcome, tuple[str, str]]] = {
    "pass": ("✓", "passed"),
    "fail": ("✕", "failed"),
    "not_applicable": ("–", "nothing to check"),
}

DUPLICATE: Final = {
    "bytes": "the same file",
    "text": "the same text",
    "nearly": "nearly word for word the same",
    "earlier": "an earlier version",
}
"""What a file is to the source that stands for it."""
RELATION: Final[dict[Relation, str]] = {
    "single": "One account",
    "agree": "The accounts agree",
    "contradiction": "The accounts contradict each other",
    "reported_position": "Each side gives its own account",
    "scope": "They speak of different extents",
    "superseded": "A later report replaces an earlier one",
}

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LINKABLE: Final = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?", re.IGNORECASE)
_LONGEST_WORD: Final = 30
"""More letters than a word of a headline has."""
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def heading(disagreement: Disagreement) -> str:
    """What a disagreement is about; a figure that rose from report to report is no contradiction, and says so."""
    if disagreement.relation != "superseded":
        return disagreement.topic
    remark = RELATION["superseded"]
    return f"{disagreement.topic} – {remark[:1].lower()}{remark[1:]}"


def flagged(flag: Flag) -> str:
    """What is the matter with a passage or a file, as a sentence that the passage ends."""
    if flag.kind == "invisible":
        return f"the file {flag.why}:"
    return f"this {flag.why}{'' if flag.taken_out else ', in a quotation, and is read as what somebody said'}:"


def guard_name(name: str) -> str:
    """A guard's name as words.

    >>> guard_name("number_unit")
    'Number unit'
    """
    return name.replace("_", " ").replace("-", " ").capitalize()


def day(iso: str | None) -> str | None:
    """A date as people write it; whatever is no ISO date, as it stands.

    >>> day("2023-03-02")
    '2 March 2023'
    """
    try:
        parsed = date.fromisoformat(iso or "")
    except ValueError:
        return iso
    return f"{parsed.day} {_MONTHS[parsed.month - 1]} {parsed.year}"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number and its noun.

    >>> count(1, "article"), count(3, "article")
    ('1 article', '3 articles')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them.

    >>> listed(["1", "3", "5"]), listed(["2"])
    ('1, 3 and 5', '2')
    """
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def reach(articles: int, origins: int) -> str:
    """How widely something is reported; the origins only where they could differ from the articles.

    >>> reach(1, 1), reach(3, 1)
    ('1 article', '3 articles, 1 independent origin')
    """
    told = count(articles, "article")
    return told if articles == origins == 1 else f"{told}, {count(origins, 'independent origin')}"


def fewer_origins(articles: int, origins: int) -> str | None:
    """How widely something is reported, where fewer origins stand behind it than articles carry it; else None.

    >>> fewer_origins(3, 1), fewer_origins(2, 2)
    ('3 articles, 1 origin', None)
    """
    return f"{count(articles, 'article')}, {count(origins, 'origin')}" if origins < articles else None


def common_origins(sources: Sequence[Source], claims: Iterable[Claim]) -> dict[str, str]:
    """For each article that has passages of one origin with others: how many, and with which of the ``sources``.

    Sources go by their numbers from 1. Two articles that quote one speech are not one report, so passages are counted.
    """
    numbers = {source.article_id: number for number, source in enumerate(sources, start=1)}
    carriers: dict[str, set[str]] = {}
    passages: Counter[tuple[str, str]] = Counter()
    for claim in claims:
        articles = {e.article_id for e in claim.evidence}
        carriers.setdefault(claim.origin_id, set()).update(articles)
        passages.update((claim.origin_id, article) for article in articles)
    told: dict[str, str] = {}
    for article in numbers:
        shared = [origin for origin, found in carriers.items() if article in found and len(found) > 1]
        others = {other for origin in shared for other in carriers[origin]} - {article}
        shown = ", ".join(str(number) for number in sorted(numbers[o] for o in others if o in numbers))
        held = sum(passages[origin, article] for origin in shared)
        told |= {article: f"shares {count(held, 'passage')} with {shown}"} if shown else {}
    return told


def speakers(chain: Sequence[Attribution]) -> tuple[str | None, tuple[str, ...]]:
    """Who says it, and through whom it came, nearest first; the chain runs from the outermost relay inwards.

    >>> speakers([Attribution(name="AFP", role="agency"), Attribution(name="a US official", role="official")])
    ('a US official', ('AFP',))
    """
    if not chain:
        return None, ()
    return chain[-1].name, tuple(relay.name for relay in reversed(chain[:-1]))


def verb(holders: Sequence[Holder]) -> str:
    """What the holders of a position do: speakers say, outlets report; none where they are of both kinds.

    >>> verb([Holder(name="AFP", kind="outlet"), Holder(name="AP", kind="outlet")])
    'report'
    """
    kinds = {holder.kind for holder in holders}
    if len(kinds) != 1:
        return ""
    word = "say" if kinds == {"speaker"} else "report"
    return word if len(holders) > 1 else word + "s"


def first_words(text: str, words: int = 9) -> str:
    """The beginning of a text, for an article without a title; a word without end is cut, too.

    >>> first_words("A rare meeting took place on Thursday.", 4)
    'A rare meeting took …'
    """
    parts = text[: words * _LONGEST_WORD].split(maxsplit=words)
    beginning = " ".join([*parts[:words], "…"]) if len(parts) > words else " ".join(parts)
    return clipped(beginning, words * _LONGEST_WORD // 2)


def clipped(text: str, limit: int = 280) -> str:
    """At most ``limit`` characters, for a tooltip."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def link(url: str | None) -> tuple[str, str] | None:
    """Address and host of a web page that may be linked; None for any other scheme and for disguises.

    A name before ``@``, a backslash or an unseen character makes a link go elsewhere than it seems to.

    >>> link("https://example.org/a"), link("javascript:alert(1)"), link("https://good.org@evil.org/")
    (('https://example.org/a', 'example.org'), None, None)
    """
    if url is None or has_hidden(url) or not _LINKABLE.fullmatch(url):
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return (url, host) if host else None


def language(tag: str | None) -> str | None:
    """A well-formed language tag, or None."""
    return tag if tag and _LANGUAGE.fullmatch(tag) else None


def other_language(tag: str | None) -> str | None:
    """The name of a language that is not English, for the reader to know what was read.

    >>> other_language("de-AT"), other_language("en-GB"), other_language("<b>")
    ('German', None, None)
    """
    known = language(tag)
    return None if known is None or base(known) == ENGLISH else language_name(known)


def shortest_claim(position: Position, claims: Mapping[str, Claim]) -> Claim:
    """The claim of a position whose passage is the shortest."""
    return min((claims[i] for i in position.claim_ids), key=lambda claim: (len(claim.evidence[0].quote), claim.id))


def shortest_quote(position: Position, claims: Mapping[str, Claim]) -> str:
    """A position in a source's own words: what no statement covers has passed no check of its own."""
    return " ".join(shortest_claim(position, claims).evidence[0].quote.split())

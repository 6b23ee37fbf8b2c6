"""Who wrote an article and who published it, as the lines above its text say: "By Jane Roe", "The Courier | 4 May".

Only a line that is nothing else counts, and a name is believed only by its form: an author stands behind "By"; a
publisher stands beside a day and calls itself a newspaper or the like, or the text has somebody tell it something. A
place before a day, a section, an agency's desk and a photographer are none. In doubt there is no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from pipeline.text.dates import calendar_mentions, parse_date, undotted
from pipeline.text.markup import without_markdown
from pipeline.text.sentences import ends_like_a_sentence
from pipeline.text.words import words

_LONGEST: Final = 120
"""Characters of a line that can be a byline or an imprint."""
_MOST_BESIDE: Final = 4
"""Words of what else may stand in a part of an imprint: a section, a button, a label."""
_MOST_AUTHORS: Final = 6
_BY: Final = re.compile(
    r"^\W*(?:(?:words|text|story|written|report(?:ed)?)\s+)?by\s*:?\s+(?P<names>\S.*)$", re.IGNORECASE
)
_PARTS: Final = re.compile(r"\s*[|·•‧;]\s*|\s[–—-]\s|\s{2,}|\s*\(|\)")
_TAIL: Final = re.compile(r"\s+(?:(?:in|at|for|from|with|on)\b).*$")
_AND: Final = re.compile(r"\s+(?:and|&)\s+")
_WORD: Final = r"[^\W\d_][^\W\d_.'’-]*(?:[.'’-][^\W\d_]*)*"
_PARTICLES: Final = frozenset("al bin da de del della den der di dos du el ibn la le ten ter van von y zu".split())
_PERSON: Final = re.compile(rf"{_WORD}(?: {_WORD}){{1,4}}")
_NO_PERSON: Final = frozenset(
    """agencies agency analyst associated bureau columnist contributor correspondent correspondents critic desk editor
    editors foreign guest news newsroom our press reporter reporters service special staff team the wire wires writer
    writers""".split()
)
"""Words of a byline that names no person."""
_OUTLETS: Final = frozenset(
    """advertiser broadcasting bulletin chronicle courier dispatch echo enquirer examiner express gazette globe guardian
    herald inquirer journal ledger mail mirror monitor newspaper observer post sentinel standard telegraph times
    tribune""".split()
)
"""What newspapers and stations call themselves, less what sections, people and things are called as often."""
_NO_OUTLET: Final = frozenset("blog breaking guest latest live opening press".split())
_LINKS: Final = frozenset("and for in of on the &".split())
_LONGEST_OUTLET: Final = 6
_LABEL: Final = re.compile(
    r"\b(?:(?:first|originally|last)\s)?(?:published|posted|updated|date|on|at|in)\b|\b[ap]\.?m\b\.?|\b\d{1,2}[:.h]\d{2}\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:mon|tue|wed|thu|fri|sat|sun)\b",
    re.IGNORECASE,
)
_SHORTEST_TOLD: Final = 4


class Imprint(NamedTuple):
    """A publisher, and the day beside it."""

    publisher: str
    day: str


def printed_author(lines: Sequence[str]) -> str | None:
    """The people that the lines above an article name as its authors; None where two bylines differ.

    >>> printed_author(["Storm hits Tarn", "By Jane Roe and Ann Poe in Pell Quay | 4 March 2025"])
    'Jane Roe, Ann Poe'
    >>> printed_author(["By Staff Reporter"]), printed_author(["By Monday evening the storm had passed"])
    (None, None)
    """
    found = {", ".join(names) for line in lines if (names := _authors(line))}
    return next(iter(found)) if len(found) == 1 else None


def printed_imprint(lines: Sequence[str], text: str) -> Imprint | None:
    """Publisher and day where the lines above an article print both in one; None where two of them differ.

    Args:
        lines: what stands above the article.
        text: the article; that somebody "told the Courier" shows that the Courier is no place.

    >>> printed_imprint(["Courier, 4 March 2025"], "")
    Imprint(publisher='Courier', day='2025-03-04')
    >>> printed_imprint(["London, 4 March 2025"], "")
    """
    found = {imprint for line in lines if (imprint := _imprint(line, text))}
    return next(iter(found)) if len(found) == 1 else None


def _authors(line: str) -> list[str]:
    plain = without_markdown(line.strip())
    first = _PARTS.split(plain)[0] if len(plain) <= _LONGEST else ""
    match = _BY.match(first.strip())
    if match is None or ends_like_a_sentence(first) or calendar_mentions(match["names"]):
        return []
    chunks = match["names"].split(", ")
    last = next((at for at, chunk in enumerate(chunks) if _AND.search(chunk)), None)
    listed = chunks[:1] if last is None else chunks[: last + 1]
    names = [_TAIL.sub("", name).strip() for chunk in listed for name in _AND.split(chunk)]
    if not all(map(_is_person, names)):
        names = [_TAIL.sub("", chunks[0]).strip()]  # "By Jane Roe, London and Paris"
    return names if all(map(_is_person, names)) and len(names) <= _MOST_AUTHORS else []


def _is_person(name: str) -> bool:
    """Two to five words, all but particles with a capital, none of them an office's."""
    tokens = name.split()
    plain = [token for token in tokens if token not in _PARTICLES]
    capital = all(token[0].isupper() for token in plain)
    lowered = {word.text.lower() for word in words(name)}
    fit = _PERSON.fullmatch(name) is not None and len(plain) > 1 and plain[0] == tokens[0]
    return fit and capital and lowered.isdisjoint(_NO_PERSON | _OUTLETS)


def _imprint(line: str, text: str) -> Imprint | None:
    plain = undotted(without_markdown(line.strip()))
    if len(plain) > _LONGEST or ends_like_a_sentence(plain):
        return None
    days = [m for m in calendar_mentions(plain) if m.year and m.month and m.day]
    if len(days) != 1:
        return None
    day = parse_date(plain[days[0].start : days[0].end])
    beside = list(_beside(plain[: days[0].start], plain[days[0].end :]))
    outlets = [part for part in beside if _is_outlet(part, text)]
    if (
        day is None
        or len(outlets) != 1
        or any(len(part.split()) > _MOST_BESIDE for part in beside if part not in outlets)
    ):
        return None
    return Imprint(outlets[0], day)


def _beside(*pieces: str) -> Iterator[str]:
    """What stands in the line beside its day, in parts, without labels, weekdays and times."""
    for piece in pieces:
        for part in _PARTS.split(piece):
            for bare in part.split(","):
                kept = _LABEL.sub(" ", bare) if _LABEL.search(bare) else bare
                stripped = " ".join(kept.split()).strip(" .:*_/")
                if stripped:
                    yield stripped


def _is_outlet(name: str, text: str) -> bool:
    """Whether a name is a publisher's: by its own word, or since the article has people speak to it."""
    tokens = name.split()
    formed = all(token[0].isupper() or token.lower() in _LINKS for token in tokens)
    lowered = {word.text.lower() for word in words(name)}
    if not formed or len(tokens) > _LONGEST_OUTLET or not lowered.isdisjoint(_NO_OUTLET) or parse_date(name):
        return False
    bare = name.removeprefix("The ")
    told = len(bare) >= _SHORTEST_TOLD and re.search(rf"\b(?:told|tells|telling) (?:[Tt]he )?{re.escape(bare)}\b", text)
    return bool(told) or not lowered.isdisjoint(_OUTLETS)

"""Where sentences begin in the languages that are known.

A mark ends a sentence unless it belongs to an abbreviation ("z. B."), to initials ("В. В. Путин"), to an ordinal
("am 3. März") or to a number, or the text goes on small. What is doubtful stays one sentence: a unit that is too long
is still the source's own words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.text.languages.language import Language

_OPENING: Final = "“„«‚‹「『《（(【[\"'¿¡"
_MARKS: Final = re.compile(
    r"(?P<mark>[.!?…؟۔]+)(?P<closed>(?:[\s\u00a0\u202f]?[»”“’›」』)\]\"'])*)(?P<gap>\s+)"
    r"|(?P<wide>[。！？…]*[。！？]+)(?P<shut>[”’」』》）】\"]*)(?P<space>\s*)"
)
_WORD_BEFORE: Final = re.compile(r"[^\s“”„«»‚‘’(\[\"]*$")
_FIRST: Final = re.compile(rf"[\s\u00a0\u202f{re.escape(_OPENING)}–—-]*(?P<first>\S)")
_ORDINAL: Final = re.compile(r"^\d{1,2}$|^[IVX]{1,5}$")
_NEXT_WORD: Final = re.compile(r"\s*(?P<word>[^\W\d_]+)")
_LAST_WORD: Final = re.compile(r"(?P<word>[^\W\d_]+)[\s\u00a0]+\S*$")
_CLAUSE_END: Final = re.compile(r"(?<!\d)[,.](?!\d)|(?<=\d)[,.](?=\s|$)|[;:!?،؛؟。，；：！？—–()]|\s-\s")
_OPENED_BY: Final = {"”": "“", "’": "‘", "」": "「", "』": "『", "》": "《", "）": "（", "】": "【"}
_LOOK_BACK: Final = 40


def sentence_starts(text: str, language: Language) -> list[int]:
    """Offsets at which sentences of a text begin, 0 among them; white space belongs to what stands before it.

    >>> from pipeline.text.languages.known import KNOWN
    >>> t = "Am 3. März kam Dr. Weiß, z. B. mit dem Zug. Er blieb."
    >>> [t[i:] for i in sentence_starts(t, KNOWN["de"])][1:]
    ['Er blieb.']
    >>> t = "他说：“没有会谈。”会谈持续了十分钟！"
    >>> [t[i:] for i in sentence_starts(t, KNOWN["zh"])][1:]
    ['会谈持续了十分钟！']
    """
    starts = [0]
    for match in _MARKS.finditer(text):
        ends = _ends_wide(text, match, starts) if match["wide"] else _ends(text, match, language)
        if ends and match.end() < len(text):
            starts.append(match.end())
    return starts


def clauses(text: str) -> list[str]:
    """The text cut at its commas, colons, dashes and brackets; a comma inside a number is none.

    >>> clauses("Es waren 3,5 Millionen, sagte er: zu viele.")
    ['Es waren 3,5 Millionen', ' sagte er', ' zu viele']
    """
    return [part for part in _CLAUSE_END.split(text) if part.strip()]


def _ends(text: str, match: re.Match[str], language: Language) -> bool:
    following = _FIRST.match(text, match.end())
    if following is None or following["first"].islower():
        return False
    mark, before = match["mark"], text[max(0, match.start() - _LOOK_BACK) : match.start()]
    return not (mark == "." and not match["closed"].strip() and _belongs(before, text, match.end(), language))


def _belongs(before: str, text: str, after: int, language: Language) -> bool:
    """Whether a full stop belongs to the word before it."""
    found = _WORD_BEFORE.search(before)
    word = found.group() if found else ""
    if not word:
        return False
    last = word.rsplit("-", 1)[-1]
    if _ORDINAL.match(last) and language.ordinal_after is not None:
        return _is_ordinal(before, text, after, language)
    parts = last.lower().split(".")  # "z.B", "u.a"
    is_initial = len(last) == 1 and last.isupper()
    return is_initial or last.lower() in language.abbreviations or all(p in language.abbreviations for p in parts)


def _is_ordinal(before: str, text: str, after: int, language: Language) -> bool:
    """A number with a full stop: before a month, or behind a word that an ordinal follows."""
    following, last = _NEXT_WORD.match(text, after), _LAST_WORD.search(before)
    month = following is not None and following["word"].lower() in language.calendar.months
    return month or (last is not None and last["word"].lower() in (language.ordinal_after or ()))


def _ends_wide(text: str, match: re.Match[str], starts: Sequence[int]) -> bool:
    """A full-width mark ends a sentence, but for that of a quotation which opens a sentence and has its speaker next.

    Chinese writes “……。”他说 as one: the speaker stands right behind the closing mark.
    """
    following = text[match.end() : match.end() + 1]
    if following and following in "，、；：":
        return False
    if not match["shut"] or not following or following in _OPENING or match["space"]:
        return True
    opening = _OPENED_BY.get(match["shut"][0], match["shut"][0])
    return text.rfind(opening, 0, match.start()) not in starts

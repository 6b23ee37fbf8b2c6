"""Characters that nobody sees and a program reads: where they stand in a text, and what they spell.

Some belong where they stand: joiners to Persian, Hindi and emoji, presentation selectors to emoji and CJK, direction
marks beside Arabic and Hebrew, tags to the flags of England, Scotland and Wales, zero-width spaces to scripts that
write no others. All others can carry words past a reader, turn words round or cut a name in two. Controls (category Cc)
are not among them: some end lines, and the rest is shown as symbols wherever it is printed.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.article import Span

_RTL: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_JOINING: Final = "\u0600-\u0fff\u1000-\u109f\u1780-\u18af\ufe0f\u2190-\u2bff\U0001f000-\U0001faff"
_EMOJI: Final = "#*0-9\xa9\xae\u2010-\u32ff\U0001f000-\U0001faff"
_IDEOGRAPHS: Final = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_FLAG: Final = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
_HIDDEN: Final = re.compile(
    "[\xad\u034f\u115f\u1160\u17b4\u17b5\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
    f"|(?<![\u1800-\u18af])[\u180b-\u180f]"
    f"|(?<![{_UNSPACED}])\u200b(?![{_UNSPACED}])"
    f"|(?<![{_RTL}])[\u200e\u200f\u061c](?![{_RTL}])"
    f"|(?<![{_JOINING}])[\u200c\u200d]"
    f"|(?<![{_EMOJI}])[\ufe0e\ufe0f]"
    f"|(?<![{_IDEOGRAPHS}\u0020-\u007e\xa9\xae\u2190-\u2bff])[\ufe00-\ufe0d]"
    f"|(?<=[\u0020-\u007e])[\ufe01-\ufe0d]"
    f"|(?<![{_IDEOGRAPHS}])[\U000e0100-\U000e01ef]"
)
"""Mathematical variants have the first selector after a sign; others after it, or a second one, belong to nothing."""

_TAGS: Final = range(0xE0020, 0xE007F)
_FIRST_SELECTORS: Final = 0xFE00
_OTHER_SELECTORS: Final = 0xE0100
_SELECTORS: Final = 16
_KINDS: Final = (
    ("tag", "\U000e0000-\U000e007f"),
    ("direction mark", "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"),
    ("soft hyphen", "\xad"),
    ("variation selector", "\ufe00-\ufe0f\U000e0100-\U000e01ef"),
    ("zero-width character", "\u200b-\u200d\u2060-\u2064\ufeff\u034f"),
)


def hidden_spans(text: str) -> list[Span]:
    r"""Runs of characters that are not seen and do not belong where they stand, in order.

    >>> [(s.start, s.end) for s in hidden_spans("a\u200bb\u202e\u2066c")]
    [(1, 2), (3, 5)]
    """
    flags = {position for match in _FLAG.finditer(text) for position in range(*match.span())}
    spans: list[Span] = []
    for match in _HIDDEN.finditer(text):
        if match.start() in flags:
            continue
        if spans and spans[-1].end == match.start():
            spans[-1] = Span(start=spans[-1].start, end=match.end())
        else:
            spans.append(Span(start=match.start(), end=match.end()))
    return spans


def kind_of(character: str) -> str:
    r"""What the character is called in a remark.

    >>> kind_of("\u202e"), kind_of("\u3164")
    ('direction mark', 'filler')
    """
    return next((kind for kind, members in _KINDS if re.fullmatch(f"[{members}]", character)), "filler")


def spelled(hidden: str) -> str:
    r"""What hidden characters spell: tags stand for ASCII, variation selectors for bytes.

    >>> spelled("\U000e0053\U000e0061\U000e0079"), spelled("\u200b")
    ('Say', '')
    """
    tags = "".join(chr(ord(char) - 0xE0000) for char in hidden if ord(char) in _TAGS)
    numbers = [number for char in hidden if (number := _byte(ord(char))) is not None]
    return tags or bytes(numbers).decode("utf-8", "ignore") * (len(numbers) > 1)


def _byte(code: int) -> int | None:
    if _FIRST_SELECTORS <= code < _FIRST_SELECTORS + _SELECTORS:
        return code - _FIRST_SELECTORS
    number = code - _OTHER_SELECTORS + _SELECTORS
    return number if _SELECTORS <= number <= 0xFF else None  # noqa: PLR2004  a byte

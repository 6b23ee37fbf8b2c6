"""Characters that cannot be seen, made visible.

Article text is somebody else's. A right-to-left override turns words round, a zero-width space hides inside a
name, a control character may end up anywhere. None may act on the page, and a reviewer should see them: each
is replaced by exactly one symbol, so offsets and highlights stay where they are.
"""

from __future__ import annotations

import json
import re
import unicodedata
from itertools import islice
from typing import Final

from markupsafe import Markup, escape

OTHER: Final = "\u2426"
"""The symbol for whatever has no control picture of its own."""

_LABELLED: Final = 500
"""So many hidden characters of one piece of text are labelled; where there are more, all are symbols alone."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of Unicode that are not seen."""
_PICTURES: Final = 0x2400
_DELETE: Final = 0x7F
_PICTURE_OF_DELETE: Final = "\u2421"
_FIRST_VISIBLE: Final = 0x20

_HIDDEN: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, grapheme joiner, fillers …
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"  # zero-width space, bidi controls, separators
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff"  # lone surrogates, which UTF-8 cannot carry
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # … tags, which can carry hidden ASCII
    "]"
    # Joiners and presentation selectors belong to Persian, Hindi and emoji, and have no business elsewhere.
    "|(?<![\u0600-\u0fff\u1000-\u109f\u1780-\u18af\ufe0f\u2190-\u2bff\U0001f000-\U0001faff])[\u200c\u200d]"
    "|(?<![#*0-9\xa9\xae\u2010-\u32ff\U0001f000-\U0001faff])[\ufe0e\ufe0f]"
)
"""Written out rather than asked of ``unicodedata``: the page must not depend on Python's Unicode version."""


def _symbol(character: str) -> str:
    code = ord(character)
    if code < _FIRST_VISIBLE:
        return chr(_PICTURES + code)
    return _PICTURE_OF_DELETE if code == _DELETE else OTHER


def has_hidden(text: str) -> bool:
    """Whether the text holds a character that would act without being seen."""
    return _HIDDEN.search(text) is not None


def plain(text: str) -> str:
    r"""The text with one symbol for each hidden character; as long as before. For attributes and titles.

    >>> plain("a\u202eb\x00")
    'a␦b␀'
    """
    return _HIDDEN.sub(lambda match: _symbol(match.group()), text)


def json_escaped(document: str) -> str:
    r"""A JSON text in which whatever is hidden is escaped as JSON does: it can be printed, and means the same.

    C0 controls are escaped by any writer of JSON; C1 controls, bidirectional and other format characters are not.

    >>> json_escaped('{"a": "b\u202ec"}')
    '{"a": "b\\u202ec"}'
    """
    unseen = {char for char in set(document) - {"\n"} if unicodedata.category(char) in _UNSEEN or has_hidden(char)}
    return document.translate({ord(char): json.dumps(char)[1:-1] for char in unseen})


def shown(text: str, start: int = 0, end: int | None = None) -> Markup:
    r"""``text[start:end]`` for an element: escaped, each hidden character a symbol with its number and name.

    >>> shown("<b>\x07")
    Markup('&lt;b&gt;<span class="hidden-char" data-code="0007" title="U+0007">␇</span>')
    """
    end = len(text) if end is None else end
    if sum(1 for _ in islice(_HIDDEN.finditer(text, start, end), _LABELLED + 1)) > _LABELLED:
        return escape(plain(text)[start:end])  # thousands of labelled symbols would only make the page slow
    pieces, done = [], start
    for match in _HIDDEN.finditer(text, start, end):
        pieces += [escape(text[done : match.start()]), _labelled(match.group())]
        done = match.end()
    return Markup("").join([*pieces, escape(text[done:end])])


def _labelled(character: str) -> Markup:
    code = f"{ord(character):04X}"
    name = f"U+{code} {unicodedata.name(character, '').lower()}".rstrip()
    return Markup('<span class="hidden-char" data-code="{}" title="{}">{}</span>').format(
        code, name, _symbol(character)
    )

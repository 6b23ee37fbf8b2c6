"""What an endpoint's error repeats of the request, found and taken out: an article's words are not the server's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

_ECHO_KEYS: Final = frozenset("input inputs ctx body request messages prompt content value".split())
"""Where validators and gateways give back what was sent."""
_ECHO: Final = re.compile(r"\binputs?(?:_value)?['\"`]?(?: ['\"`]\w{1,20}['\"`])? ?[:=]", re.IGNORECASE)
_ECHOED_WORDS: Final = 4
"""So many words in a row that were sent are an echo."""
_WORD: Final = re.compile(r"\w+")
_ESCAPED_SPACE: Final = re.compile(r"\\[nrt]")


def before_echo(text: str) -> str:
    """What stands before an announced echo of the input, as in "bad input: …"."""
    return _ECHO.split(text, maxsplit=1)[0]


def unechoed(text: str, sent: Iterable[str]) -> str:
    """The text, with an ellipsis for whatever it repeats of what was sent.

    >>> unechoed("cannot read: the key is not valid here", ["He said the key is not valid."])
    'cannot read: … here'
    """
    grams = {gram for said in sent for _, gram in _grams(said)}
    shown, end = [], 0
    for start, stop in _joined(span for span, gram in _grams(text) if gram in grams):
        shown.append(text[end:start])
        end = stop
    return "…".join([*shown, text[end:]])


def pruned(value: Any) -> Any:
    """A body without what it may repeat of the request: of a validator's complaint, what, where and of what kind.

    >>> pruned({"detail": [{"msg": "too short", "loc": ["body", "x"], "input": "an article"}]})
    {'detail': [{'loc': ['body', 'x'], 'msg': 'too short'}]}
    """
    if isinstance(value, list):
        return [pruned(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "msg" in value:
        return {name: value[name] for name in ("type", "loc", "msg") if name in value}
    return {name: pruned(item) for name, item in value.items() if name not in _ECHO_KEYS}


def _grams(text: str) -> Iterator[tuple[tuple[int, int], tuple[str, ...]]]:
    """Each few words in a row, with where they stand; line ends that JSON or Python escaped are none of a word."""
    words = list(_WORD.finditer(_ESCAPED_SPACE.sub("  ", text)))
    for first in range(len(words) - _ECHOED_WORDS + 1):
        some = words[first : first + _ECHOED_WORDS]
        yield (some[0].start(), some[-1].end()), tuple(word[0].casefold() for word in some)


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in order, those that overlap made one."""
    start = stop = 0
    for begins, ends in spans:
        if begins >= stop:
            if stop:
                yield start, stop
            start = begins
        stop = ends
    if stop:
        yield start, stop

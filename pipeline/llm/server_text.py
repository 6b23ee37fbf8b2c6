"""Making a server's own words fit to show: no key, no control characters, no flood."""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from typing import Final
from urllib.parse import quote

LIMIT: Final = 300
"""Characters of server text that an error message may carry."""
REDACTED: Final = "[key]"
PLACEHOLDER_KEY: Final = "unused"
"""Sent where an endpoint needs no key; being no secret, it is not looked for."""

_SHORT_KEY: Final = 8
_KEY_LIKE: Final = re.compile(r"(?i:\bbearer\s+)\S+|\bsk-[\w*.-]{6,}")


def printable(text: str) -> str:
    r"""One line without control, format or surrogate characters; runs of white space become one space.

    >>> printable("a\x1b[31m\n b")
    'a [31m b'
    """
    kept = (_shown(char) for char in text)
    return " ".join("".join(kept).split())


def capped(text: str, limit: int = LIMIT) -> str:
    """At most ``limit`` characters, the last one an ellipsis if something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def without_key(text: str, key: str | None) -> str:
    """The text with the key taken out. A key of less than 8 characters is found as a whole word only.

    >>> without_key("wrong key abcdefgh1", "abcdefgh1")
    'wrong key [key]'
    """
    if not key or key == PLACEHOLDER_KEY:
        return text
    if len(key) >= _SHORT_KEY:
        return functools.reduce(lambda rest, form: rest.replace(form, REDACTED), _forms(key), text)
    return re.sub(rf"(?<!\w){re.escape(key)}(?!\w)", lambda _: REDACTED, text)


def safe(text: str, key: str | None) -> str:
    """Printable, and without the key or anything that looks like one.

    Control characters go first: taking them out later could join the parts of a key again.
    """
    return _KEY_LIKE.sub(REDACTED, without_key(printable(text), key))


def _forms(key: str) -> list[str]:
    """The key as it is, and as it stands in a URL, in JSON and in Python's quotes, longest first."""
    backslashed = key.replace("\\", "\\\\")
    forms = {key, quote(key, safe=""), backslashed, json.dumps(key)[1:-1], backslashed.replace("'", "\\'")}
    return sorted(forms, key=lambda form: (-len(form), form))


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs"} else char

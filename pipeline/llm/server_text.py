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
Secrets = frozenset[str]
"""The API key, and what the base URL holds of secrets. (Not any collection: a text is one, of its letters.)"""

_SHORT: Final = 8
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


def without(text: str, secrets: Secrets) -> str:
    """The text with the secrets taken out. One of less than 8 characters is found as a whole word only.

    >>> without("wrong key abcdefgh1", frozenset({"abcdefgh1"}))
    'wrong key [key]'
    """
    for secret in secrets:
        if len(secret) >= _SHORT:
            text = functools.reduce(lambda rest, form: rest.replace(form, REDACTED), _forms(secret), text)
        else:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", lambda _: REDACTED, text)
    return text


def safe(text: str, secrets: Secrets) -> str:
    """Printable, and without the secrets or anything that looks like a key.

    Control characters go first: taking them out later could join the parts of a key again.
    """
    return _KEY_LIKE.sub(REDACTED, without(printable(text), secrets))


@functools.cache
def _forms(secret: str) -> tuple[str, ...]:
    """The secret as it is, and as it stands in a URL, in JSON and in Python's quotes, longest first."""
    backslashed = secret.replace("\\", "\\\\")
    forms = {secret, quote(secret, safe=""), backslashed, json.dumps(secret)[1:-1], backslashed.replace("'", "\\'")}
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs"} else char

"""Metadata as files carry it, made fit for an article: one line, no mark-up, a real date, an absolute address."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from pipeline.stages.ingest.caps import LONGEST_FIELD
from pipeline.text.dates import parse_date

_TAG: Final = re.compile(r"<[^<>]{0,200}>")
_CONTROLS: Final = {"Cc", "Cs"}
_MILLISECONDS_FROM: Final = 10**11
_EARLIEST_STAMP: Final = 10**8
"""Seconds since 1970; a smaller number is no time stamp but a year or a counter."""
_UNSAID: Final = frozenset({"", "unknown", "none", "null", "n/a", "na", "-", "undefined", "anonymous"})


def one_line(value: object) -> str | None:
    r"""A name or a title: entities read, tags and controls off, white space joined; None where nothing is said.

    >>> one_line(" Ferry &amp; <b>quay</b>\n"), one_line("unknown"), one_line({})
    ('Ferry & quay', None, None)
    """
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    text = _TAG.sub("", unescape(str(value)[: 4 * LONGEST_FIELD]))
    text = " ".join("".join(" " if unicodedata.category(c) in _CONTROLS else c for c in text).split())
    return None if text.lower() in _UNSAID else text[:LONGEST_FIELD]


def name(value: object, depth: int = 0) -> str | None:
    """A person or a body: a text, an object with a ``name``, or a list of these.

    >>> name([{"name": "Ann Hale"}, "B. Roe"])
    'Ann Hale, B. Roe'
    """
    if isinstance(value, dict):
        return one_line(value.get("name") or value.get("title"))
    if isinstance(value, list) and depth < 2:  # noqa: PLR2004  a list of lists is no list of names
        found = [one for item in value[:20] if (one := name(item, depth + 1))]
        return ", ".join(dict.fromkeys(found))[:LONGEST_FIELD] or None
    text = one_line(value)
    return None if text and text.startswith(("http://", "https://")) else text


def iso_date(value: object) -> str | None:
    """The day of a date in any common form, or of a time stamp in seconds or milliseconds.

    >>> iso_date("Tue, 14 May 2024 06:30:00 GMT"), iso_date(1715668200), iso_date("Tuesday")
    ('2024-05-14', '2024-05-14', None)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not _EARLIEST_STAMP <= abs(value) <= 10**14:
            return parse_date(str(value)) if isinstance(value, int) else None
        seconds = value / 1000 if value >= _MILLISECONDS_FROM else value
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return parse_date(value[:LONGEST_FIELD]) if isinstance(value, str) else None


def address(value: object) -> str | None:
    """An absolute web address, or None.

    >>> address(" https://courier.example/ferry "), address("javascript:alert(1)"), address("/ferry")
    ('https://courier.example/ferry', None, None)
    """
    text = value.strip() if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    plain = len(text) <= 2 * LONGEST_FIELD and text.isprintable() and not re.search(r"[\s<>\"]", text)
    return text if plain and parts.scheme in {"http", "https"} and parts.netloc else None


def language(value: object) -> str | None:
    """A language tag such as ``en`` or ``en-GB``.

    >>> language("en_GB"), language("English please")
    ('en-GB', None)
    """
    text = value.strip().replace("_", "-") if isinstance(value, str) else ""
    return text if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", text) else None

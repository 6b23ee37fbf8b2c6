"""When an article was last changed, by its date, the stamps its page printed, and the number of its update."""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.article import Article
from pipeline.text.screening import INSTRUCTION
from pipeline.text.stamps import latest_moment

_NUMBERED: Final = re.compile(r"^\W*(?:update|wrapup|recast)\s*(?P<number>\d{1,2})\s*[-–—:]\s*", re.IGNORECASE)
"""Agencies number what they send again: "UPDATE 2-Ferry runs aground"."""
_DAY: Final = 10
"""Characters of an ISO date."""


def moment(article: Article) -> str | None:
    """``2029-03-16`` or ``2029-03-16T07:15``: the latest that the article's page says of itself; None if nothing."""
    page = (removal for removal in article.removed if removal.reason != INSTRUCTION)
    lines = [line for removal in page for line in removal.text.splitlines()]
    known = [found for found in (article.published, latest_moment(lines)) if found]
    return max(known, default=None)


def standing(article: Article) -> tuple[str, int, str]:
    """What sorts versions of one article, the oldest first: the day, the number of the update, the time."""
    found = moment(article) or ""
    return found[:_DAY], _number(article.title), found


def is_older(one: Article, other: Article) -> bool | None:
    """Whether the one is older than the other; None where neither dates, times nor numbers say so."""
    first, second = moment(one), moment(other)
    if first and second and first[:_DAY] != second[:_DAY]:
        return first[:_DAY] < second[:_DAY]
    numbers = _number(one.title), _number(other.title)
    if numbers[0] != numbers[1]:
        return numbers[0] < numbers[1]
    if first and second and len(first) > _DAY and len(second) > _DAY and first != second:
        return first < second
    return None


def without_number(title: str) -> str:
    """The title as it was first sent.

    >>> without_number("UPDATE 2-Ferry runs aground")
    'Ferry runs aground'
    """
    return _NUMBERED.sub("", title)


def _number(title: str | None) -> int:
    numbered = _NUMBERED.match(title or "")
    return int(numbered["number"]) if numbered else 0

"""The form in which a language is described: data that the rules for sentences, figures, dates and words ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

Comparators = Mapping[str, str]
"""For each kind of "about" or "more than" (`pipeline.text.quantities.Comparator`) a pattern of its phrases."""


class Numerals(NamedTuple):
    """How numbers are written.

    ``grouping`` and ``decimal`` are characters of a regular expression's class. ``small`` are words that add up,
    ``hundreds`` those that multiply what stands before them, ``scales`` those that multiply and close a group;
    ``alone`` are the scales that mean a number without one before them ("mille", "тысяча"). ``prefix`` are particles
    that are written with a word, and ``conjunction`` the one between two parts of a number; ``articles`` are numbers
    that alone are articles; words that hold one of the ``compounds`` may be numbers in one word.
    """

    grouping: str = ""
    decimal: str = ".,"
    small: Mapping[str, float] = {}
    hundreds: Mapping[str, float] = {}
    scales: Mapping[str, float] = {}
    alone: frozenset[str] = frozenset()
    joints: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    prefix: str = ""
    conjunction: str = ""
    compounds: tuple[str, ...] = ()


class Calendar(NamedTuple):
    """How days are named: ``of`` stands between day and month, or month and year; ``ordinal`` behind a day's number.

    ``patterns`` are whole expressions for languages that name dates otherwise (groups: year, month, day, weekday).
    """

    months: Mapping[str, int] = {}
    weekdays: Mapping[str, int] = {}
    of: str = ""
    ordinal: str = ""
    prefix: str = ""
    year_mark: str = ""
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Language:
    """What is known of one language. ``code`` is that of BCP 47, ``name`` the English name.

    There is one of each, so that results can be remembered by it.

    ``spaced`` says whether words stand apart; ``capitals`` whether names, and only they and first words, begin with
    one; ``capital_nouns`` whether every noun does. ``ordinal_after`` are words behind which a number with a full stop
    is an ordinal; None where ordinals are not written so. ``not_units`` are words that follow a number without being
    what it counts; ``leaning`` are words with which a sentence begins that leans on the one before. ``affirming`` is a
    pattern of phrases that hold a negator and deny nothing; ``deniers`` one of verbs that deny what is told after them,
    and ``complementizers`` one of words that open what is told, where no comma does.
    """

    code: str
    name: str
    function_words: frozenset[str] = frozenset()
    stemmer: str | None = None
    spaced: bool = True
    capitals: bool = True
    capital_nouns: bool = False
    abbreviations: frozenset[str] = frozenset()
    ordinal_after: frozenset[str] | None = None
    negators: frozenset[str] = frozenset()
    deniers: str = ""
    complementizers: str = ""
    numerals: Numerals = field(default_factory=Numerals)
    comparators: Comparators = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    not_units: frozenset[str] = frozenset()
    leaning: frozenset[str] = frozenset()
    affirming: str = ""


def forms(text: str) -> frozenset[str]:
    """The words of a list that is written as one string."""
    return frozenset(text.split())


def table(pairs: Mapping[float, str]) -> dict[str, float]:
    """Each form with its value, from values with their forms.

    >>> table({3: "три трёх", 4: "четыре"})
    {'три': 3, 'трёх': 3, 'четыре': 4}
    """
    return {form: value for value, names in pairs.items() for form in names.split()}


def numbered(names: str) -> dict[str, int]:
    """Forms with the place, from 1, of their group; groups are parted by "|".

    >>> numbered("januar jan|februar")
    {'januar': 1, 'jan': 1, 'februar': 2}
    """
    return {form: place for place, group in enumerate(names.split("|"), start=1) for form in group.split()}


def alternatives(found: Mapping[str, object]) -> str:
    """The keys as alternatives of a regular expression, the longest first."""
    return "|".join(re.escape(form) for form in sorted(found, key=lambda form: (-len(form), form)))

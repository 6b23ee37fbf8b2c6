"""A text and what it cites, with the language of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from pipeline.guards.passage import Passage, contexts
from pipeline.text.clock import clock_times
from pipeline.text.dates import calendar_mentions
from pipeline.text.languages.calendar import Day, days
from pipeline.text.languages.detection import likelier, written_in
from pipeline.text.languages.known import ENGLISH, base, is_known, language_name, language_of
from pipeline.text.languages.language import Language
from pipeline.text.languages.numerals import Number, clocks, numbers
from pipeline.text.languages.scripts import script_of
from pipeline.text.quantities import quantities

_NOON: Final = 12


class Reading(NamedTuple):
    """A text in its language; ``code`` is that language's, or None where nothing tells it."""

    text: str
    code: str | None

    @property
    def language(self) -> Language | None:
        """What is known of it; None for English."""
        return language_of(self.code)

    def is_known(self) -> bool:
        """Whether its figures and days can be read."""
        language = self.language
        return self.code == ENGLISH or (language is not None and is_known(language))

    def name(self) -> str:
        """The language's name."""
        return language_name(self.code) if self.code else "an unknown language"

    def numbers(self) -> tuple[Number, ...]:
        """Its figures."""
        if self.language is not None:
            return numbers(self.text, self.language)
        return tuple(
            Number(q.start, q.end, q.value, q.unit, q.comparator) for q in quantities(self.text) if not q.ordinal
        )

    def days(self) -> tuple[Day, ...]:
        """Its days, months, years and weekdays."""
        if self.language is not None:
            return days(self.text, self.language)
        return tuple(Day(**mention.model_dump()) for mention in calendar_mentions(self.text))

    def clocks(self) -> frozenset[float]:
        """Its times of day in minutes, on a dial of twelve hours: "19:30" and "7.30 pm" are one."""
        own = {c.value for c in clocks(self.text)} if self.language is not None else set()
        english = {60.0 * t.hour + t.minute for t in clock_times(self.text)} if self.language is None else set()
        return frozenset(value % (60 * _NOON) for value in own | english)


class Case(NamedTuple):
    """What is judged: the text, and the passages with their surroundings, each in its language."""

    text: Reading
    passages: tuple[Passage, ...]
    evidence: tuple[Reading, ...]

    def is_across(self) -> bool:
        """Whether the text is in another language than what it cites, some of it at least."""
        return any(evidence.code != self.text.code for evidence in self.evidence)

    def around(self) -> tuple[str, ...]:
        """The passages' contexts with the sentence before each."""
        return (*contexts(self.passages), *dict.fromkeys(p.before for p in self.passages))


def case_of(text: str, passages: Sequence[Passage]) -> Case:
    """The text and its passages; in doubt the text is in the language of what it cites, if its script can be that."""
    codes = {p.context: _code(p) for p in passages}
    evidence = tuple(Reading(context, code) for context, code in codes.items())
    return Case(Reading(text, _own_code(text, evidence)), tuple(passages), evidence)


def _code(passage: Passage) -> str | None:
    article = passage.article
    return base(article.language) if article.language else written_in(article.text)


def _own_code(text: str, evidence: Sequence[Reading]) -> str | None:
    told, script = written_in(text), script_of(text)
    same = [one.code for one in evidence if script is None or script_of(one.text) == script]
    if script != "Latin" or not same:
        return same[0] if same else told
    fits = (code for code in same if code and likelier(text, code, told or ENGLISH) == code)
    return next(fits, told or ENGLISH)

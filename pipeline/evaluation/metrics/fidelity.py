"""Are numbers, dates and names kept? Both ways: from the evidence into statements, and from facts into statements.

The measures of entity- and number-level faithfulness (Nan et al. 2021, arXiv 2102.09130: precision of a summary's
entities against the source and recall of the target's), with our own readers of numbers, dates and names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from functools import lru_cache, partial

from pipeline.evaluation.metrics.naming import same_token, stands_in, with_short_names
from pipeline.evaluation.results import Metric, share
from pipeline.text.clock import ClockTime, clock_times
from pipeline.text.dates import CalendarMention, calendar_mentions, day_of, resolve_weekday
from pipeline.text.names import Name, fold_token, opening_words, proper_names
from pipeline.text.quantities import Quantity, is_measure, quantities

_Check = Callable[[str, str], list[bool]]
"""For each number (date, name) of the first text, whether it stands in the second."""


def fidelity_metrics(told: Sequence[tuple[str, str]], facts: Sequence[tuple[str, str]]) -> dict[str, Metric]:
    """Precision and recall of numbers, dates and names.

    - ``*_precision``: the share of those in the statements that stand in the evidence.
    - ``*_recall``: the share of those in the facts told that stand in the statements that tell them.

    Each occurrence counts. A text without any adds nothing; undefined where no text has one.

    Args:
        told: statements, each with the text of its evidence's context (`with_dates` where weekdays are to count).
        facts: facts told in full or in part, each with the text of the statement that tells it.

    >>> found = fidelity_metrics([("It took 10 minutes.", "for ten minutes")], [("He met Ann Lee.", "They met Lee.")])
    >>> found["number_precision"].value, found["name_recall"].value, found["date_recall"].value
    (1.0, 1.0, None)
    """
    shown = frozenset(name for pair in (*told, *facts) for text in pair for name in _last_names(text))
    checks: tuple[tuple[str, _Check], ...] = (
        ("number", numbers_kept),
        ("date", dates_kept),
        ("name", partial(names_kept, shown=shown)),
    )
    return {
        f"{kind}_{way}": share([found for first, second in pairs for found in check(first, second)])
        for way, pairs in (("precision", told), ("recall", facts))
        for kind, check in checks
    }


def with_dates(context: str, published: str | None) -> str:
    """A context with the dates that its words mean when the article's own date is known, after it in ISO form.

    >>> with_dates("They met on Thursday.", "2023-03-03")
    'They met on Thursday. (2023-03-02)'
    """
    printed = day_of(published)
    if printed is None:
        return context
    meant = [_day_meant(mention, printed) for mention in calendar_mentions(context)]
    return context + "".join(f" ({day})" for day in dict.fromkeys(day for day in meant if day))


def numbers_kept(text: str, other: str) -> list[bool]:
    """For each quantity and time of day of ``text``, whether ``other`` has it: same value, kind and unit.

    A counted noun may be left out ("12 died", "12 people died"), a measure, currency or percent sign may not. "About"
    and "less than" are for the quantity guard to compare.

    >>> numbers_kept("12 people, $5m and 3 km", "12 died, 5 million euros, three kilometres")
    [True, False, True]
    """
    (wanted, hours), (known, times) = _numbers(text), _numbers(other)
    kept = [any(_same_quantity(one, there) for there in known) for one in wanted]
    return kept + [any(one.agrees(there) for there in times) for one in hours]


def dates_kept(text: str, other: str) -> list[bool]:
    """For each date of ``text``, whether a date of ``other`` says all that it says; a full date says its weekday.

    >>> dates_kept("in March 2023, on Friday", "on Thursday, 2 March 2023")
    [True, False]
    """
    known = [_with_weekday(mention) for mention in _dates(other)]
    return [any(_says(there, one) for there in known) for one in _dates(text)]


def names_kept(text: str, other: str, shown: Collection[str] = ()) -> list[bool]:
    """For each name of ``text``, whether ``other`` has it, in some spelling, short form or acronym.

    A capitalised word that opens a sentence counts if ``other`` shows that it is a name, or ``shown`` has it: last
    words of names, folded.

    >>> names_kept("Zarkhova spoke at the United Nations in Delhi.", "At the UN, Maria Zakharova spoke in Mumbai.")
    [True, True, False]
    """
    return [stands_in(name, other) for name in _names(text, {*shown, *_last_names(other)})]


# What a text has is remembered: the self-test measures hundreds of summaries that differ in one sentence each.


@lru_cache(maxsize=8192)
def _numbers(text: str) -> tuple[tuple[Quantity, ...], tuple[ClockTime, ...]]:
    return tuple(quantities(text)), tuple(clock_times(text))


@lru_cache(maxsize=8192)
def _dates(text: str) -> tuple[CalendarMention, ...]:
    return tuple(calendar_mentions(text))


def _same_quantity(one: Quantity, other: Quantity) -> bool:
    if one.unit is None or other.unit is None:
        same_unit = not (is_measure(one.unit) or is_measure(other.unit))
    else:
        same_unit = one.unit == other.unit
    return one.value == other.value and one.ordinal == other.ordinal and same_unit


def _says(known: CalendarMention, wanted: CalendarMention) -> bool:
    """Not the date guard's own function: a measure must not move with what it measures."""
    parts = ("year", "month", "day", "weekday")
    return all(getattr(wanted, part) in {None, getattr(known, part)} for part in parts)


def _with_weekday(mention: CalendarMention) -> CalendarMention:
    if mention.weekday is not None or not (mention.year and mention.month and mention.day):
        return mention
    day = day_of(f"{mention.year:04}-{mention.month:02}-{mention.day:02}")
    return mention.model_copy(update={"weekday": day.weekday()}) if day else mention


def _day_meant(mention: CalendarMention, printed: date) -> str | None:
    if mention.weekday is not None:
        day = resolve_weekday(mention.weekday, printed.isoformat())
        return day.isoformat() if day else None
    if mention.month and mention.day and not mention.year:
        return f"{printed.year:04}-{mention.month:02}-{mention.day:02}"
    return None


def _names(text: str, shown: Collection[str]) -> list[Name]:
    """The names of ``text``, with states in their short form, and the opening words that are ``shown`` to be names."""
    short = with_short_names(text)
    opening = [
        Name(start=word.start, end=word.end, text=word.text, tokens=(fold_token(word.text),))
        for word in opening_words(short)
        if any(same_token(fold_token(word.text), name) for name in shown)
    ]
    return sorted([*opening, *proper_names(short)], key=lambda name: name.start)


def _last_names(text: str) -> Iterator[str]:
    return (name.tokens[-1] for name in proper_names(with_short_names(text)))

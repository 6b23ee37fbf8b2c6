"""The terms of a text: its content words, brought to one form for each thing they can be written as.

"ten" and "10", "US" and "United States", "Jan." and "January" are one term each; a name stays a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final, Literal, NamedTuple

from pipeline.text.clock import clock_times
from pipeline.text.dates import MONTHS, WEEKDAYS, calendar_mentions
from pipeline.text.languages.language import Language
from pipeline.text.languages.reading import foreign
from pipeline.text.languages.stems import is_content, stem_in
from pipeline.text.names import fold_token
from pipeline.text.places import states_of
from pipeline.text.quantities import quantities
from pipeline.text.quotes import fold
from pipeline.text.words import Word, is_function_word, stem, words

Kind = Literal["word", "name", "number", "date"]

_ONE_THING: Final = {
    form: name
    for name, forms in {
        "us-": "us u.s usa u.s.a america american americans united_states",
        "uk-": "uk u.k britain british briton britons united_kingdom great_britain",
        "un-": "un u.n united_nations",
        "eu-": "eu e.u european_union",
        "france": "french", "germany": "german germans", "netherlands": "dutch", "spain": "spanish spaniard",
        "poland": "polish pole poles", "denmark": "danish dane danes", "sweden": "swedish swede swedes",
        "finland": "finnish finn finns", "turkey": "turkish turk turks türkiye", "ireland": "irish", "wales": "welsh",
        "scotland": "scottish scots scot", "switzerland": "swiss", "greece": "greek greeks", "czechia": "czech czechs",
        "thailand": "thai thais", "iceland": "icelandic", "israel": "israeli israelis", "iraq": "iraqi iraqis",
        "pakistan": "pakistani pakistanis", "afghanistan": "afghan afghans", "philippines": "filipino philippine",
        "england": "english", "portugal": "portuguese", "norway": "norwegian norwegians", "cyprus": "cypriot",
        "kazakhstan": "kazakh", "uzbekistan": "uzbek", "tajikistan": "tajik", "slovakia": "slovak slovaks",
        "croatia": "croat croats", "serbia": "serb serbs", "yemen": "yemeni", "saudi": "saudis", "kuwait": "kuwaiti",
        "europe": "european europeans", "africa": "african", "asia": "asian", "peru": "peruvian",
        "percent-": "percent per_cent percentage", "g20": "g-20", "covid": "covid-19 coronavirus",
        "tv-": "tv television", "pm-": "pm prime_minister",
    }.items()
    for form in (*forms.split(), name.removesuffix("-"))
}  # fmt: skip
"""Names that no rule brings together, and a few words with two spellings. Pairs of words are joined by "_"."""
_CAPITALS_ONLY: Final = frozenset(
    {"us", "un", "eu", "pole", "poles", "polish", "turkey", "dane", "swede", "finn", "pm"}
)
"""Forms that are other words when written small."""
_DENYING: Final = frozenset({"no", "not", "never", "cannot", "neither", "nor"})
_BRITISH: Final = (
    (re.compile(r"(?<=\w{3})is(e|es|ed|ing|ation|ations|er|ers)$"), r"iz\1"),
    (re.compile(r"our(s|ed|ing)?$"), r"or\1"),
)
_BRITISH_STEMS: Final = ((re.compile(r"(?<=\w{3})is$"), "iz"), (re.compile(r"(?<=\w{3})our$"), "or"))
_SHORT: Final = 5
_SHORTEST_PART: Final = 3
_AGE: Final = re.compile(
    r"\b\d{1,3}\s?-?\s?(?P<years>years?\s?-?\s?olds?)\b|\b(?P<aged>aged)\s+\d{1,3}\b|(?<=[a-z]),\s\d{2,3}(?=,)",
    re.IGNORECASE,
)
_TOKENISED: Final = (
    (re.compile(r"(?<=\d)(?=(?:million|billion|trillion)\b)"), " "),
    (re.compile(r"\s+(?=n't\b|'(?:s|re|ve|ll|d|m)\b|[.,;:!?%](?:\s|$))"), ""),
    (re.compile(r"``|''"), '"'),
    (re.compile(r"(?<=[$£€])\s+(?=\d)"), ""),
)


class Term(NamedTuple):
    """A content word in its one form, what it is, and where it stands."""

    stem: str
    kind: Kind
    start: int
    end: int


def plain(text: str) -> str:
    """The text on one line, with the numbers, quotation marks and short forms of tokenised text as people write them.

    >>> plain("It  did n't cost 23million .")
    "It didn't cost 23 million."
    """
    folded = " ".join(fold(unicodedata.normalize("NFC", text)).split())
    for pattern, written in _TOKENISED:
        folded = pattern.sub(written, folded)
    return folded


@lru_cache(maxsize=32_768)
def terms(text: str) -> tuple[Term, ...]:
    """The terms of a text, in order, with repetitions.

    >>> [t.stem for t in terms("Ten British officials met in the U.S. on Jan. 5.")]
    ['#10', 'uk-', 'offici', 'meet', 'us-', 'january', 'day5']
    """
    fixed = sorted((*_dates(text), *_figures(text), *_ages(text)), key=lambda term: term.start)
    taken = {index for term in fixed for index in range(term.start, term.end)}
    loose = [part for word in words(text) for part in _parts(word) if part.start not in taken]
    language = foreign(text)
    found = _words(loose) if language is None else _words_of(loose, language)
    return tuple(sorted((*fixed, *found), key=lambda term: term.start))


def _words_of(found: Sequence[Word], language: Language) -> Iterator[Term]:
    """Content words of another language; a name is told only where nothing else has a capital."""
    for word in found:
        if is_content(word.text, language):
            kind: Kind = "name" if language.capitals and word.text[0].isupper() else "word"
            yield Term(stem_in(word.text, language), kind, word.start, word.end)


def _dates(text: str) -> Iterator[Term]:
    for mention in calendar_mentions(text):
        parts = (
            str(mention.year) if mention.year else None,
            MONTHS[mention.month - 1] if mention.month else None,
            f"day{mention.day}" if mention.day else None,
            WEEKDAYS[mention.weekday] if mention.weekday is not None else None,
        )
        yield from (Term(part, "date", mention.start, mention.end) for part in parts if part)


def _figures(text: str) -> Iterator[Term]:
    for time in clock_times(text):
        yield Term(f"{time.hour}:{time.minute:02}", "number", time.start, time.end)
    for quantity in quantities(text):
        yield Term(f"#{quantity.value:.12g}", "number", quantity.start, quantity.end)


def _ages(text: str) -> Iterator[Term]:
    """Ages: "19 years old", "a 19-year-old", "aged 19", and "Ada Penn, 19, won"."""
    for match in _AGE.finditer(text):
        start, end = match.span("years") if match["years"] else match.span("aged") if match["aged"] else match.span()
        yield Term("age-", "word", start, end if match["years"] or match["aged"] else start)


def _parts(word: Word) -> list[Word]:
    """The parts of a hyphenated word, where each can be one: not of "G-20" or "co-operate"."""
    parts = word.text.split("-")
    if len(parts) == 1 or min(map(len, parts)) < _SHORTEST_PART or not all(part[0].isalpha() for part in parts[1:]):
        return [word]
    ends = list(accumulate((len(part) + 1 for part in parts), initial=word.start))
    return [Word(part, start, start + len(part)) for part, start in zip(parts, ends, strict=False)]


def _words(found: Sequence[Word]) -> Iterator[Term]:
    """Content words; two that are one name ("United States") are one term."""
    index = 0
    while index < len(found):
        word, after = found[index], found[index + 1 : index + 2]
        joint = _ONE_THING.get(f"{word.text}_{after[0].text}".lower()) if after else None
        last = after[0] if joint else word
        if joint or not is_function_word(word.text):
            kind: Kind = "name" if word.text[0].isupper() else "word"
            yield Term(joint or form_of(word.text), kind, word.start, last.end)
        index += 2 if joint else 1


@lru_cache(maxsize=65_536)
def form_of(word: str) -> str:
    """The one form of a word; a capital that can stand for its government keeps its own, so that it can be looked up.

    >>> form_of("Americans"), form_of("Beijing"), form_of("organisations")
    ('us-', 'beijing', 'organiz')
    """
    lowered = word.lower()
    if lowered in _DENYING or lowered.endswith(("n't", "n’t")):
        return "not"
    if lowered in _ONE_THING and (lowered not in _CAPITALS_ONLY or word[0].isupper()):
        return _ONE_THING[lowered]
    plain = fold_token(word) if word[0].isupper() and "." not in word else word
    if word[0].isupper() and states_of(plain):
        return plain
    if len(plain) > _SHORT:
        for pattern, american in _BRITISH:
            plain = pattern.sub(american, plain)
    return stem(plain)


@lru_cache(maxsize=65_536)
def form_of_stem(stemmed: str) -> str:
    """The form of a word of which only the stem is at hand; stemming a stem again would cut it short ("increa").

    >>> [form_of_stem(stem(word)) == form_of(word) for word in ("increase", "promised", "organisation", "harbours")]
    [True, True, True, True]
    """
    if stemmed in _ONE_THING and stemmed not in _CAPITALS_ONLY:
        return _ONE_THING[stemmed]
    for pattern, american in _BRITISH_STEMS:
        stemmed = pattern.sub(american, stemmed)
    return stemmed

"""When two texts name one and the same: spellings, short forms, titles, acronyms, countries and their people.

Plain comparison of texts, without an article to look names up in: more lenient than the guards in places, and for
measuring only. It is never what lets a statement through.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Final

from pipeline.text.names import COUNTRY_START, OF_COUNTRY, Name, fold_token, initials, is_spelling_variant, proper_names
from pipeline.text.words import is_function_word, words

TITLES: Final = frozenset(
    """mr mrs ms miss dr sir president chancellor premier minister secretary general colonel major captain lieutenant
    sergeant admiral commander senator governor mayor professor archbishop ambassador envoy spokesman spokeswoman
    spokesperson chairman chairwoman inspector superintendent detective""".split()
)
"""Words that stand before a person's name and may be left out, with all that stands before them."""
_ONE_NAME: Final = (
    (re.compile(r"\bUnited States(?: of America)?\b|\bU\.S\.(?:A\.)?|\bAmericans?\b|\bUSA\b"), "US"),
    (re.compile(r"\bUnited Kingdom\b|\bU\.K\.|\bGreat Britain\b|\bBritain\b|\bBritish\b"), "UK"),
    (re.compile(r"\bUnited Nations\b|\bU\.N\."), "UN"),
    (re.compile(r"\bEuropean Union\b|\bE\.U\."), "EU"),
)
"""Names of states and unions whose short form shares no stem with the long one."""


def tokens_of(text: str) -> list[str]:
    """The words of a text, folded, with the names of states in their short form.

    >>> tokens_of("the United States' Mr. Orbán"), tokens_of("an American")
    (['the', 'us', 'mr', 'orban'], ['an', 'us'])
    """
    return [fold_token(word.text) for word in words(with_short_names(text))]


@lru_cache(maxsize=8192)
def with_short_names(text: str) -> str:
    """The text with "US" for "United States", "American" and the like."""
    for pattern, short in _ONE_NAME:
        text = pattern.sub(short, text)
    return text


@lru_cache(maxsize=65_536)
def same_token(first: str, second: str) -> bool:
    """One word of a name in two spellings, or a country and its people.

    >>> same_token("zakharova", "zarkhova"), same_token("russian", "russia"), same_token("russia", "ukraine")
    (True, True, False)
    """
    return is_spelling_variant(first, second) or _is_one_country(first, second)


@lru_cache(maxsize=16_384)
def stands_in(name: Name, text: str) -> bool:
    """Whether ``text`` has the name: all its words, its acronym, or its short or longer form.

    A person may stand there by the last name or with a title, if no other first name is given there.

    >>> name = proper_names("He met Antony Blinken.")[0]
    >>> [stands_in(name, text) for text in ("Mr Blinken left.", "Anthony Blinken left.", "They saw Boris Blinken.")]
    [True, True, False]
    """
    short = with_short_names(text)
    names = proper_names(short)
    known = [*tokens_of(text), *(token for other in names for token in other.tokens)]  # parts of "Ekberg-Ruhl" too
    if all(any(same_token(token, other) for other in known) for token in name.tokens):
        return True
    return _by_initials(name, known, names) or (
        " of " not in name.text.replace("Secretary of State", "Secretary") and _by_last_name(name.tokens, known, names)
    )


def has_run(wanted: Sequence[str], tokens: Sequence[str]) -> bool:
    """Whether the folded words of a name stand in ``tokens`` one after the other, each in some spelling.

    A single word must be that word: "Russian" does not name Russia.

    >>> has_run(["maria", "zakharova"], ["said", "maria", "zarkhova"]), has_run(["russia"], ["russian", "ship"])
    (True, False)
    """
    same = same_token if len(wanted) > 1 else _same_word
    places = range(len(tokens) - len(wanted) + 1) if wanted else ()
    return any(all(same(w, t) for w, t in zip(wanted, tokens[i:], strict=False)) for i in places)


def telling(tokens: Sequence[str]) -> list[str]:
    """The folded words that are no function words; "us" stays, for the country.

    >>> telling(["the", "us", "secretary", "of", "state"])
    ['us', 'secretary', 'state']
    """
    return [word for word in tokens if word == "us" or not is_function_word(word)]


def without_titles(tokens: Sequence[str]) -> list[str]:
    """A name's telling words, for a person without the title and what stands before it.

    >>> without_titles(["russian", "foreign", "minister", "lavrov"]), without_titles(["the", "foreign", "minister"])
    (['lavrov'], ['foreign', 'minister'])
    """
    last = max((index for index in range(len(tokens)) if _ends_title(tokens, index)), default=-1)
    return telling(tokens[last + 1 :])


def _ends_title(tokens: Sequence[str], index: int) -> bool:
    """Whether a title ends here and a name follows."""
    following = tokens[index + 1 : index + 2]
    of_state = tokens[index] == "state" and "secretary" in tokens[max(0, index - 2) : index]
    is_title = of_state or (tokens[index] in TITLES and list(following) != ["state"])
    return is_title and bool(following) and not is_function_word(following[0])


def _same_word(first: str, second: str) -> bool:
    return first == second or (is_spelling_variant(first, second) and not _is_one_country(first, second))


def _is_one_country(first: str, second: str) -> bool:
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
    return shared >= COUNTRY_START and first[shared:] in OF_COUNTRY and second[shared:] in OF_COUNTRY


def _by_initials(name: Name, known: Collection[str], names: Sequence[Name]) -> bool:
    """One of them is "UN", the other a name whose words begin with these letters."""
    if len(name.tokens) > 1:
        return initials(name.tokens) in known
    return any(len(other.tokens) > 1 and initials(other.tokens) == name.tokens[0] for other in names)


def _by_last_name(tokens: tuple[str, ...], known: Collection[str], names: Sequence[Name]) -> bool:
    """The last word stands there, in no name or in one whose words are some of this name's, or all of them and more."""
    if not any(same_token(tokens[-1], token) for token in known):
        return False
    own = without_titles(tokens)
    others = [without_titles(other.tokens) for other in names if same_token(other.tokens[-1], tokens[-1])]
    return not others or any(_holds(own, other) or _holds(other, own) for other in others)


def _holds(whole: Sequence[str], part: Sequence[str]) -> bool:
    return all(any(same_token(token, other) for other in whole) for token in part)

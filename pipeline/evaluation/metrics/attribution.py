"""Is what somebody says handed to that somebody, and to nobody else?

Anonymous speakers are kept apart: "a US official" and "a Russian official" are two, and "an official" is neither.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.evaluation.metrics.naming import (
    has_run,
    same_token,
    telling,
    tokens_of,
    with_short_names,
    without_titles,
)
from pipeline.evaluation.results import Metric, share
from pipeline.text.attribution import attributions
from pipeline.text.names import fold_token
from pipeline.text.words import Word, has_past_or_auxiliary, is_function_word, words

_LIGHT: Final = frozenset(
    """senior top high ranking highranking highlevel unnamed unidentified anonymous another other one two several some
    unspecified same""".split()
)
"""Words about a speaker that do not say whose speaker it is."""
_AFTER: Final = frozenset({"of", "from", "for", "at", "in", "with"})
"""What joins a role to its office: "an official of the ministry"."""
_TOUCHING: Final = re.compile(r"(?:['’]s?)?[\s\u00a0-]+")


class Attributed(NamedTuple):
    """The statement that tells a fact with a labelled speaker.

    ``holders`` are the names shown beside it; ``speaker`` the speaker's name and aliases; ``contested``: others dispute
    it, so that the speaker must be named; ``others`` the names of the story's other labelled speakers.
    """

    text: str
    holders: tuple[str, ...]
    speaker: tuple[str, ...]
    contested: bool
    others: tuple[str, ...]


def attribution_metrics(ones: Sequence[Attributed]) -> dict[str, Metric]:
    """The share of statements of facts with a labelled speaker that are handed rightly."""
    return {"attribution_accuracy": share([handed_rightly(one) for one in ones])}


@lru_cache(maxsize=16_384)
def handed_rightly(one: Attributed) -> bool:
    """Whether the fact is its speaker's word in this statement, or nobody's where that will do.

    A contested fact must name the speaker, in the text or beside it. An uncontested one may go without, but must not
    be handed (by a reporting verb, or a name beside it) to another labelled speaker and not to its own.

    >>> one = Attributed("It sank, a US official said.", (), ("US official",), True, ("Russian official",))
    >>> handed_rightly(one), handed_rightly(one._replace(text="It sank, a Russian official said."))
    (True, False)
    """
    if any(names_speaker(place, one.speaker) for place in (one.text, *one.holders)):
        return True  # also in "Blinken urged it, an official said": whose word it is can be read
    if one.contested:
        return False
    handed = [*(who.name for who in attributions(one.text)), *one.holders]
    return not any(names_speaker(name, (other,)) for name in handed for other in one.others)


def names_speaker(text: str, aliases: Sequence[str]) -> bool:
    """Whether a text names somebody by one of the ``aliases``.

    A name ("Maria Zakharova", "Kremlin") must stand there word by word, in some spelling, with or without titles. A
    role ("US official", the last word is a common noun) must stand there with the same qualifiers: what one alias says,
    and nothing that no alias says.

    >>> [names_speaker(text, ("US official",)) for text in ("A senior US official said so.", "An official said so.")]
    [True, False]
    """
    tokens = telling(tokens_of(text))
    roles = [alias for alias in aliases if _is_role(alias)]
    names = [without_titles(tokens_of(alias)) for alias in aliases if not _is_role(alias)]
    return any(has_run(name, tokens) for name in names) or _names_role(text, roles)


def _is_role(alias: str) -> bool:
    last = words(alias)[-1:]
    return bool(last) and last[0].text[0].islower()


def _names_role(text: str, roles: Sequence[str]) -> bool:
    told = [(head, _qualifiers(found)) for role in roles for head, found in _phrases(role, _head(role))]
    allowed = {qualifier for _, qualifiers in told for qualifier in qualifiers}
    return any(
        _all_in(qualifiers, there) and _all_in(there, allowed)
        for head, qualifiers in told
        for _, found in _phrases(text, head)
        for there in (_qualifiers(found),)
    )


def _head(role: str) -> str:
    """The noun that the role is, in the singular: the last word, or the one before "of": "official of the ministry"."""
    found = words(role)
    joined = next((index for index, word in enumerate(found) if index and word.text.lower() in _AFTER), len(found))
    return _singular(found[joined - 1].text)


def _singular(noun: str) -> str:
    """One form for "official" and "officials", "ministry" and "ministries", "spokesman" and "spokesmen"."""
    folded = fold_token(noun)
    for plural, singular in (("men", "man"), ("ies", "y"), ("s", "")):
        if folded.endswith(plural):
            return folded.removesuffix(plural) + singular
    return folded


def _phrases(text: str, head: str) -> Iterator[tuple[str, list[Word]]]:
    """The noun phrases around each occurrence of a head noun, without the head."""
    plain = with_short_names(text)
    found = words(plain)
    for index, word in enumerate(found):
        if _singular(word.text) == head:
            yield head, [*_before(plain, found, index), *_behind(plain, found, index)]


def _before(text: str, found: Sequence[Word], index: int) -> list[Word]:
    """The words right before the head, back to an article, a verb, a comma or any other end of its phrase."""
    start = index
    while start and _TOUCHING.fullmatch(text[found[start - 1].end : found[start].start]):
        word = found[start - 1].text
        if is_function_word(word) or (word[0].islower() and has_past_or_auxiliary(word)):
            break
        start -= 1
    return list(found[start:index])


def _behind(text: str, found: Sequence[Word], index: int) -> list[Word]:
    """The office in "official of the Russian ministry": the words after "of" or its like, up to the phrase's end."""
    if index + 1 == len(found) or found[index + 1].text.lower() not in _AFTER:
        return []
    office: list[Word] = []
    for previous, word in zip(found[index + 1 :], found[index + 2 :], strict=False):
        if not _TOUCHING.fullmatch(text[previous.end : word.start]):
            break
        if is_function_word(word.text) and not office:
            continue
        if is_function_word(word.text) or (word.text[0].islower() and has_past_or_auxiliary(word.text)):
            break
        office.append(word)
    return office


def _qualifiers(found: Sequence[Word]) -> list[str]:
    folded = [fold_token(word.text) for word in found if not is_function_word(word.text)]
    return [token for token in folded if token not in _LIGHT]


def _all_in(wanted: Collection[str], there: Collection[str]) -> bool:
    return all(any(same_token(token, other) for other in there) for token in wanted)

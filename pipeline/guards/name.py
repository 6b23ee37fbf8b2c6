"""Every proper name of the text stands in the evidence, in some spelling, title or short form."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, is_own_words, verdict_of
from pipeline.text.bare_names import bare_names
from pipeline.text.names import (
    COUNTRY_START,
    OF_COUNTRY,
    Name,
    fold_token,
    initials,
    is_spelling_variant,
    opening_words,
    proper_names,
)
from pipeline.text.places import is_town, states_of
from pipeline.text.synonyms import is_listed
from pipeline.text.terms import form_of
from pipeline.text.words import Word, words

_PEOPLE = re.compile(r"(?<=sh|ch)(?:wo)?m[ae]n$")
"""As in "Frenchwoman", "Irishmen"."""
_OF_PEOPLE = re.compile(r"(?:ian|an|ese|ish|ic|ch|i)$")
"""How words for a country's people end: "Russian Foreign Ministry"."""
_SHORT = 4
_LONG_ACRONYM = 3
_LONGEST_TITLE = 8
"""Tokens; a run of capitals longer than that is a headline."""


class _Near(NamedTuple):
    """The words around the citation, and what they are looked up by.

    ``forms`` are those of the capitalised ones ("denmark" for "Danish"), ``by_start`` the words by the letters they
    begin with, ``initials`` those of the names there, ``letters`` the first letters of all words in order ("gross
    domestic product" for "GDP").
    """

    tokens: frozenset[str]
    forms: frozenset[str]
    by_start: dict[str, list[str]]
    initials: frozenset[str]
    letters: str


class _Named(NamedTuple):
    """What an article shows of its names; read once, asked by every judgement.

    ``last`` ends a name and is never written small, as the words of ``small`` are; ``by_last`` holds all tokens of the
    longer names that end with a token; ``by_title`` what follows a title in them; ``beside`` the tokens that stand in
    one longer name with a token.
    """

    last: frozenset[str]
    small: frozenset[str]
    by_last: dict[str, set[str]]
    by_title: dict[tuple[str, ...], list[tuple[str, ...]]]
    beside: dict[str, set[str]]


def name_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the names of ``text`` with the words of the passages and with the names their articles join to them."""
    wanted = proper_names(text)
    bare = {word.start for word in bare_names(text)}
    opening = [w for w in opening_words(text) if _is_a_name_there(w, passages, bare=w.start in bare)]
    problems = [] if is_own_words(text, passages) else _problems(text, wanted, opening, passages)
    return verdict_of(
        "name", problems, applicable=bool(wanted or opening), passed="every name stands in the cited passage"
    )


def _problems(text: str, wanted: Sequence[Name], opening: Sequence[Word], passages: Sequence[Passage]) -> list[str]:
    near = _near(passages)
    longer = _longer_forms(passages, near)
    problems = [
        f"“{name.text}” is not named in the cited passage"
        for name in wanted
        if not _known(name, near, longer) and not _is_seat(name, text, near) and not _opens(name, near, longer)
    ]
    problems += [f"“{name.text}” is no one name in the cited article" for name in wanted if _spliced(name, passages)]
    problems += [
        f"“{word.text}” is not named in the cited passage"
        for word in opening
        if not _known(_as_name(word), near, longer) and not _sits_there(fold_token(word.text), near)
    ]
    return problems


def _is_a_name_there(word: Word, passages: Sequence[Passage], *, bare: bool) -> bool:
    """Whether an article has the word as a name; or, where it can only be one, none has it as another word."""
    token, named = fold_token(word.text), [_named(passage.article.text) for passage in passages]
    return any(token in one.last for one in named) or (bare and not any(token in one.small for one in named))


def _as_name(word: Word) -> Name:
    return Name(text=word.text, start=word.start, end=word.end, tokens=(fold_token(word.text),))


def _spliced(name: Name, passages: Sequence[Passage]) -> bool:
    """Two tokens in one name of the text that each stand in longer names of the articles, and nowhere in one.

    Titles and countries go with anybody: "Foreign Minister Ada Penn", "US State Department".
    """
    return any(_are_strangers(one, other, passages) for one, other in pairwise(name.tokens))


def _are_strangers(one: str, other: str, passages: Sequence[Passage]) -> bool:
    if _OF_PEOPLE.search(one) or any(is_listed(form_of(t)) or states_of(t) or len(t) < _SHORT for t in (one, other)):
        return False
    named = [_named(passage.article.text).beside for passage in passages]
    return bool(named) and all(one in beside and other in beside and other not in beside[one] for beside in named)


def _opens(name: Name, near: _Near, longer: set[str]) -> bool:
    """A common noun that opens the sentence before a name: "Passenger Nadja Finnery"; the name itself is known."""
    if name.start or len(name.tokens) < 2 or not is_listed(form_of(name.tokens[0])):  # noqa: PLR2004  a noun and a name
        return False
    rest = name.model_copy(update={"tokens": name.tokens[1:]})
    return _known(rest, near, longer)


def _near(passages: Sequence[Passage]) -> _Near:
    """All words of the contexts (a name may be written small), the sentence before, and the publisher."""
    texts = [part for p in passages for part in (p.context, p.before, p.article.publisher or "")]
    tokens = frozenset(token for text in texts for word in words(text) for token in _forms(word.text))
    by_start: dict[str, list[str]] = defaultdict(list)
    for token in sorted(tokens):
        by_start[token[:COUNTRY_START]].append(token)
    short = (initials(name.tokens) for text in texts for name in proper_names(text) if len(name.tokens) > 1)
    forms = frozenset(form_of(word.text) for text in texts for word in words(text) if word.text[0].isupper())
    letters = " ".join("".join(word.text[0].lower() for word in words(text)) for text in texts)
    return _Near(tokens, forms, by_start, frozenset(short), letters)


def _forms(word: str) -> Iterator[str]:
    """A word as it may be looked up: whole, and by the parts of "Ekberg-Ruhl"."""
    yield fold_token(word)
    if "-" in word:
        yield from (fold_token(part) for part in word.split("-"))


@lru_cache(maxsize=64)
def _named(text: str) -> _Named:
    names = proper_names(text)
    small = {fold_token(w.text) for w in words(text) if w.text[0].islower()}
    by_last: dict[str, set[str]] = defaultdict(set)
    by_title: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    beside: dict[str, set[str]] = defaultdict(set)
    for tokens in dict.fromkeys(name.tokens for name in names if len(name.tokens) > 1):
        by_last[tokens[-1]].update(tokens)
        for token in tokens:
            beside[token].update(tokens)
        for size in range(2, min(len(tokens), _LONGEST_TITLE + 1)):
            by_title[tokens[:size]].append(tokens[size:])
    last = frozenset({name.tokens[-1] for name in names} - small)
    return _Named(last, frozenset(small), dict(by_last), dict(by_title), dict(beside))


def _longer_forms(passages: Sequence[Passage], near: _Near) -> set[str]:
    """Tokens that the article's names join to a last name, or to a title, of the passage."""
    joined: set[str] = set()
    for passage in passages:
        named = _named(passage.article.text)
        joined.update(*(named.by_last[token] for token in near.tokens if token in named.by_last))
        for title in proper_names(passage.context):
            joined.update(_holder_of(title.tokens, named))
    return joined


def _holder_of(title: tuple[str, ...], named: _Named) -> tuple[str, ...]:
    """The one to whom the article joins a title: "US Secretary of State" is Blinken if nobody else has the title."""
    holders = named.by_title.get(title, [])
    return holders[0] if len({tokens[-1] for tokens in holders}) == 1 else ()


def _known(name: Name, near: _Near, longer: set[str]) -> bool:
    present = [
        token in near.tokens or token in longer or _has_parts(token, near) or _has_country(token, near)
        for token in name.tokens
    ]
    if all(present):
        return True
    if any(present):  # "Maria Zarkhova" for "Maria Zakharova": one token vouches for a variant of the other
        return all(
            ok or any(is_spelling_variant(token, other) for other in near.tokens)
            for ok, token in zip(present, name.tokens, strict=True)
        )
    return _is_acronym(name, near)


def _has_parts(token: str, near: _Near) -> bool:
    """Such as "USled" of "US-led" and the like: hyphenated parts all known."""
    return any(token[:cut] in near.tokens and token[cut:] in near.tokens for cut in range(1, len(token)))


def _has_country(token: str, near: _Near) -> bool:
    """Whether the token is "russian" and "russia" is near, "dane" and "denmark", and the like."""
    country = form_of(_PEOPLE.sub("", token).capitalize())
    return country in near.forms or any(token[len(stem) :] in OF_COUNTRY for stem in _stems(token, near))


def _stems(token: str, near: _Near) -> list[str]:
    """What the token shares, from its first letter on, with each word that goes on like a country or its people."""
    alike = near.by_start.get(token[:COUNTRY_START], [])
    shared = [(_common_start(token, other), other) for other in alike]
    return [stem for stem, other in shared if other[len(stem) :] in OF_COUNTRY]


def _common_start(first: str, second: str) -> str:
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
    return "".join(letter for letter, _ in same)


def _is_acronym(name: Name, near: _Near) -> bool:
    short = "".join(name.tokens)
    if len(name.tokens) > 1:
        return initials(name.tokens) in near.tokens or short in near.tokens
    return len(short) > 1 and (
        short in near.tokens
        or (name.text.isupper() and (short in near.initials or (len(short) >= _LONG_ACRONYM and short in near.letters)))
    )


def _is_seat(name: Name, text: str, near: _Near) -> bool:
    """A capital that stands for a government which the passage names: "called on Moscow"; not where something is."""
    return not is_town(text, name.start) and _sits_there(name.tokens[-1], near)


def _sits_there(capital: str, near: _Near) -> bool:
    return any(state in near.tokens or _has_country(state, near) for state in states_of(capital))

"""A sentence read for alignment, and the sentences that a statement's citations bring along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.guards.passage import Passage, units_of
from pipeline.text.words import is_function_word, stem, words

_PAUSES: Final = frozenset(',;:.!?()–—“”"')
"""Marks at which a writer may cut a sentence without breaking what it says."""


class Sentence(NamedTuple):
    """A sentence as its stems.

    ``words`` has all of them, ``content`` those of content words; ``places`` says where in ``content`` each stands.
    ``pauses[i]`` tells whether a mark or the end follows word ``i``. ``capitals`` are the content stems written with
    a capital, the first word's among them, ``inside`` those that are so after the first word, ``small`` those that are
    written without.
    """

    words: tuple[str, ...]
    content: tuple[str, ...]
    places: Mapping[str, Sequence[int]]
    pauses: tuple[bool, ...]
    capitals: frozenset[str]
    inside: frozenset[str]
    small: frozenset[str]


@lru_cache(maxsize=4096)
def read(text: str) -> Sentence:
    """A sentence, read once.

    >>> read("The ferry sank, police said.").content
    ('ferri', 'sink', 'polic', 'say')
    """
    found = words(text)
    stems = tuple(stem(word.text) for word in found)
    telling = [not is_function_word(word.text) for word in found]
    content = tuple(s for s, tells in zip(stems, telling, strict=True) if tells)
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(content):
        places[word].append(place)
    capitals = [i for i, word in enumerate(found) if telling[i] and word.text[0].isupper()]
    return Sentence(
        words=stems,
        content=content,
        places=dict(places),
        pauses=(*(not _PAUSES.isdisjoint(text[a.end : b.start]) for a, b in pairwise(found)), *[True][: len(found)]),
        capitals=frozenset(stems[i] for i in capitals),
        inside=frozenset(stems[i] for i in capitals if i),
        small=frozenset(s for s, word in zip(stems, found, strict=True) if word.text[0].islower()),
    )


def cited_sentences(passages: Iterable[Passage]) -> list[Sentence]:
    """The sentences of the passages' contexts, read."""
    return [read(text) for text in cited_texts(passages)]


def cited_texts(passages: Iterable[Passage]) -> list[str]:
    """The sentences of the passages' contexts, each once; a quotation and its speaker are one."""
    return list(dict.fromkeys(text for passage in passages for text in _units(passage)))


def _units(passage: Passage) -> list[str]:
    text = passage.article.text
    found = [unit.of(text) for unit in units_of(passage.article)]
    return [unit for unit in found if unit in passage.context] or [passage.context]

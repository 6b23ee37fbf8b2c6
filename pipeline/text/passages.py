"""Articles as they are compared for boilerplate: their passages, and what they tell beside what they repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from pipeline.domain.article import Article, Span
from pipeline.text.copying import Run, tokens_of
from pipeline.text.names import fold_token, name_tokens, opening_words
from pipeline.text.own_voice import has_voice
from pipeline.text.words import content_stems, words

_RUN: Final = 5
_FURNITURE: Final = frozenset({"credit", "fragment", "notice", "reader address", "unrelated"})
"""What one article's page has lost for its form counts as recurring in the others of its publisher."""

Key = tuple[str, ...]
"""The folded words of a passage; the same for passages that differ in nothing that counts."""


class Passage(NamedTuple):
    """A paragraph of an article, and how many words it has."""

    span: Span
    text: str
    size: int
    key: Key


class Read:
    """An article as it is compared here."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.publisher = _publisher(article)
        self.passages = tuple(_passages(article))
        self.own = frozenset(
            fold_token(word.text) for name in (article.publisher, article.author) if name for word in words(name)
        )

        self.furniture = tuple(_key(removal.text) for removal in article.removed if removal.reason in _FURNITURE)

    @cached_property
    def keys(self) -> frozenset[Key]:
        """Of all passages, those included that the form of their page has given away."""
        return frozenset([*(passage.key for passage in self.passages), *self.furniture])


class Telling:
    """What an article tells: its passages, less those in which its publisher speaks and that recur in its others."""

    def __init__(self, read: Read, recurring: Mapping[Key, Sequence[int]]) -> None:
        self.own = read.own
        self._about = [p for p in read.passages if p.key not in recurring or not has_voice(p.text, read.article)]
        self._alone = [p for p in read.passages if p.key not in recurring]
        self.runs = frozenset(run for p in self._alone for run in runs_of(p.key))
        self.share = sum(p.size for p in self._alone) / max(1, sum(p.size for p in self._about))
        self._times = Counter(p.key for p in self._about)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The content stems of what no other article has."""
        return frozenset(stem for p in self._alone for stem in content_stems(p.text))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names in it."""
        return name_tokens("\n".join(p.text for p in self._alone)) - self.own

    @cached_property
    def _told(self) -> Counter[str]:
        return Counter(stem for p in self._about for stem in set(content_stems(p.text)))

    @cached_property
    def _capital(self) -> Counter[str]:
        return Counter(token for p in self._about for token in _capital(p.text))

    @cached_property
    def _named(self) -> frozenset[str]:
        return name_tokens("\n".join(p.text for p in self._about))

    def overlap(self, passage: Passage) -> float:
        """Share of a passage's content stems that the article has elsewhere, the outlet's own name aside."""
        stems = set(content_stems(passage.text)) - {stem for name in self.own for stem in content_stems(name)}
        told = sum(self._told[stem] > self._times[passage.key] for stem in stems)
        return told / len(stems) if stems else 0.0

    def shares_name(self, passage: Passage) -> bool:
        """Whether the article names elsewhere what the passage names."""
        elsewhere = {token for token in _capital(passage.text) if self._capital[token] > self._times[passage.key]}
        opening = {fold_token(word.text) for word in opening_words(passage.text)} & self._named
        return bool(((name_tokens(passage.text) | opening) & elsewhere) - self.own)


def _capital(text: str) -> set[str]:
    return {fold_token(word.text) for word in words(text) if word.text[0].isupper()}


def runs_of(key: Key) -> list[Run]:
    """The runs of words of a passage, in order; none if it is too short."""
    return list(zip(*(key[i:] for i in range(_RUN)), strict=False))


def _publisher(article: Article) -> str | None:
    """One key for the names of one publisher; without a name, the host of the address."""
    name = " ".join(fold_token(word.text) for word in words(article.publisher or "")).removeprefix("the ")
    try:
        host = urlsplit(article.url or "").hostname
    except ValueError:
        host = None
    return name or (f"at {host.removeprefix('www.')}" if host else None)


def _passages(article: Article) -> Iterator[Passage]:
    """The paragraphs: sentences of one line together."""
    sentences = article.sentences
    if not sentences:
        return
    starts = [
        0,
        *(i for i, (a, b) in enumerate(pairwise(sentences), start=1) if _ends_line(article.text[a.end : b.start])),
    ]
    for first, after in zip(starts, [*starts[1:], len(sentences)], strict=True):
        span = Span(start=sentences[first].start, end=sentences[after - 1].end)
        text = span.of(article.text)
        key = _key(text)
        yield Passage(span, text, len(key), key)


def _key(text: str) -> Key:
    return tuple(token.word for token in tokens_of(text))


def _ends_line(gap: str) -> bool:
    return bool(gap) and gap.splitlines() != [gap]

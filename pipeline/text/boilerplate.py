"""What one publisher puts under article after article: pleas, standing notes, authors' biographies.

`furniture` judges a page by itself and keeps, in doubt, whole sentences in a page's own voice. Several articles of one
publisher say more: what recurs in them word for word, and in nobody else's, is either theirs to put anywhere or
background of the event that they all tell of. These are told apart by four things, all of which must hold:

- *who else has it*: not one article of another publisher, nor of an unknown one, since then it is wire copy;
- *where it stands*: in the closing block of what recurs, or in the opening; elsewhere only if it insists on the reader;
- *whose voice it is*: it addresses the reader, or speaks of the publication or its author. Where neither is the case,
  the articles must be about different events;
- *what it is about*: its words are not those of the article, and it shares no name with it but the outlet's.

In doubt a passage stays: a kept plea is a blemish, a lost sentence is a lost fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from pipeline.domain.article import Article, Span
from pipeline.text.copying import Run, tokens_of
from pipeline.text.dates import calendar_mentions
from pipeline.text.forms import speaks_to_reader, times_addressed
from pipeline.text.names import fold_token, name_tokens, opening_words
from pipeline.text.quotes import outside_quotes, quoted_runs
from pipeline.text.words import content_stems, has_past_or_auxiliary, words

_SHORTEST, _LONGEST = 4, 150
"""Words of a passage that is looked at."""
_NEARLY: Final = 0.85
_NEARLY_FROM: Final = 8
"""Passages of so many words in the outlet's voice are one if this share of their words is: a day or a count changes."""
_RUN: Final = 5
_WIRE: Final = 0.5
"""Share of a passage's runs of words in another publisher's article from which it is that article's, too."""
_SAME_REPORT: Final = 0.25
"""Share of an article's runs of words in another, what recurs aside, from which the two are versions of one report."""
_OWN_SHARE: Final = 0.5
"""Share of its words, the publisher's voice aside, that an article must have alone; else it is a version of another."""
_OTHER_EVENT: Final = 0.25
"""Share of the content stems of the shorter of two articles in the other, below which they tell of different events."""
_ON_TOPIC: Final = 0.34
"""Share of a passage's content stems in the rest of its article from which it is about what the article is about."""
_ON_TOPIC_TO_READER: Final = 0.5
_ABOUT_AUTHOR: Final = 0.75
_MOST: Final = 0.5
"""If more of an article's words than this would go, its form is not understood and nothing goes."""
_PARTNERS: Final = 4
"""So many other articles that have a passage are looked at; a publisher may have a thousand."""

_SELF: Final = re.compile(
    r"\b(?:this|our) (?:article|text|story|report|page|site|website|newsletter|column|publication|newspaper|newsroom"
    r"|coverage|journalism|journalists|reporters|reporting|podcast|bulletin|translation|series|event listings)\b"
    r"|\b(?:views|opinions) expressed\b|\bwe (?:aim|broadcast|correct|depend|publish|rely|welcome)\b",
    re.IGNORECASE,
)
_TRADE: Final = (
    r"(?:correspondent|reporter|editor|columnist|writer|journalist|photographer|freelancer?|contributor|critic|producer"
    r"|presenter|broadcaster|commentator)"
)
_BIOGRAPHY: Final = re.compile(
    rf"^\W*(?P<name>[A-Z][\w.'’-]+(?: (?:[a-z]{{2,3}} )?[A-Z][\w.'’-]+){{1,3}}),? (?:is|are|was|has been|works as)\b"
    rf"[^.!?]{{0,80}}\b{_TRADE}s?\b"
)
_AUTHOR_DOES: Final = re.compile(r"\W*(?:is|was|has|joined|[a-z]+s)\b")
_FINDS: Final = re.compile(
    r"\b(?:reported|revealed|learn(?:ed|t)|found|seen|obtained|contacted|approached|asked|understands|told|said|says"
    r"|confirmed|declined)\b",
    re.IGNORECASE,
)
_SHORTEST_NAME: Final = 4
_FURNITURE: Final = frozenset({"credit", "fragment", "notice", "reader address", "unrelated"})
"""What one article's page has lost for its form counts as recurring in the others of its publisher."""
_WE: Final = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)


Key = tuple[str, ...]
"""The folded words of a passage; the same for passages that differ in nothing that counts."""


class _Passage(NamedTuple):
    """A paragraph of an article. One too short or too long to be looked at has no key."""

    span: Span
    text: str
    size: int
    key: Key


class _Read:
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

    @cached_property
    def runs(self) -> frozenset[Run]:
        """The runs of words of the same."""
        return frozenset(run for key in self.keys for run in _runs(key))


class _Telling:
    """What an article tells: its passages, less those in which its publisher speaks and that recur in its others."""

    def __init__(self, read: _Read, recurring: Mapping[Key, Sequence[int]]) -> None:
        self.own = read.own
        self._own_stems = {stem for name in read.own for stem in content_stems(name)}
        self._about = [p for p in read.passages if p.key not in recurring or not _has_voice(p.text, read.article)]
        alone = [p for p in read.passages if p.key not in recurring]
        text = "\n".join(p.text for p in alone)
        self.stems = frozenset(content_stems(text))
        self.names = name_tokens(text) - read.own
        self.runs = frozenset(run for p in alone for run in _runs(p.key))
        self.share = sum(p.size for p in alone) / max(1, sum(p.size for p in self._about))

    def overlap(self, passage: _Passage) -> float:
        """Share of a passage's content stems that the article has elsewhere, the outlet's own name aside."""
        told = {stem for other in self._about if other.key != passage.key for stem in content_stems(other.text)}
        stems = set(content_stems(passage.text)) - self._own_stems
        return len(stems & told) / len(stems) if stems else 0.0

    def shares_name(self, passage: _Passage) -> bool:
        """Whether the article names elsewhere what the passage names."""
        rest = "\n".join(other.text for other in self._about if other.key != passage.key)
        capital = {fold_token(word.text) for word in words(rest) if word.text[0].isupper()}
        opening = {fold_token(word.text) for word in opening_words(passage.text)} & name_tokens(rest)
        return bool(((name_tokens(passage.text) & capital) | opening) - self.own)


def boilerplate(articles: Sequence[Article]) -> list[tuple[Span, ...]]:
    """For each article the spans of its text that are its publisher's boilerplate, in order; often none.

    What is found depends on the articles that are given: one alone has none.
    """
    read = [_Read(article) for article in articles]
    by_publisher: dict[str, list[int]] = {}
    for index, one in enumerate(read):
        if one.publisher:
            by_publisher.setdefault(one.publisher, []).append(index)
    found: dict[int, tuple[Span, ...]] = {}
    for members in by_publisher.values():
        if len(members) > 1:
            found |= _of_publisher(members, read)
    return [found.get(index, ()) for index in range(len(articles))]


def _of_publisher(members: Sequence[int], read: Sequence[_Read]) -> dict[int, tuple[Span, ...]]:
    holders = _recurring(members, read)
    others = [one for one in read if one.publisher != read[members[0]].publisher]
    candidates = {key: several for key, several in holders.items() if not _is_elsewhere(key, others)}
    telling = {i: _Telling(read[i], holders) for i in {i for several in candidates.values() for i in several}}
    return {index: _taken(index, read[index], candidates, telling) for index in sorted(telling)}


def _recurring(members: Sequence[int], read: Sequence[_Read]) -> dict[Key, list[int]]:
    """The articles that have each passage, for those that several have; nearly equal passages are one."""
    holders: dict[Key, set[int]] = {}
    for index in members:
        for key in read[index].keys:
            if _SHORTEST <= len(key) <= _LONGEST:
                holders.setdefault(key, set()).add(index)
    joined = {key: set(found) for key, found in holders.items()}
    for one, two in _nearly_equal(members, read):
        joined[one] |= holders[two]
        joined[two] |= holders[one]
    return {key: sorted(found) for key, found in joined.items() if len(found) > 1}


def _nearly_equal(members: Sequence[int], read: Sequence[_Read]) -> Iterator[tuple[Key, Key]]:
    """Pairs of passages in the outlet's voice that begin or end alike and differ in a word or two."""
    alike: dict[tuple[Key, Key], set[Key]] = {}
    for passage in (passage for index in members for passage in read[index].passages):
        if _NEARLY_FROM <= passage.size <= _LONGEST and (speaks_to_reader(passage.text) or _WE.search(passage.text)):
            for ends in ((passage.key[:3], ()), ((), passage.key[-3:])):
                alike.setdefault(ends, set()).add(passage.key)
    for keys in alike.values():
        for one, two in pairwise(sorted(keys)):
            if SequenceMatcher(None, one, two, autojunk=False).ratio() >= _NEARLY:
                yield one, two


def _taken(
    index: int, read: _Read, candidates: Mapping[Key, Sequence[int]], telling: Mapping[int, _Telling]
) -> tuple[Span, ...]:
    """The passages of one article that go: its closing block, its opening block, and insistent ones elsewhere."""

    def is_standing(passage: _Passage) -> bool:
        holders = candidates.get(passage.key, ())
        partners = [one for one in holders if one != index and not _one_report(telling[index], telling[one])]
        return any(_is_standing(passage, telling[index], telling[one], read.article) for one in partners[:_PARTNERS])

    standing = [is_standing(passage) for passage in read.passages]
    recurs = [passage.key in candidates for passage in read.passages]
    count = len(recurs)
    closing = next((i for i in range(count) if not recurs[count - 1 - i]), count)
    opening = next((i for i in range(count) if not standing[i]), count)
    edges = {*range(opening), *range(count - closing, count)}
    gone = [p for i, p in enumerate(read.passages) if standing[i] and (i in edges or _insists(p.text))]
    total = sum(passage.size for passage in read.passages)
    if sum(passage.size for passage in gone) > _MOST * total:
        return ()
    return tuple(passage.span for passage in gone)


def _is_standing(passage: _Passage, here: _Telling, there: _Telling, article: Article) -> bool:
    """Whether a passage that two articles have in common is the publisher's and not the event's."""
    text = passage.text
    if quoted_runs(text) or _FINDS.search(text):  # what somebody says is told, and so is what the outlet found out
        return False
    overlap = max(here.overlap(passage), there.overlap(passage))
    own, to_reader = _is_own_voice(text, article.publisher), speaks_to_reader(text)
    if _is_about(text, article.author):
        return overlap < _ABOUT_AUTHOR
    if to_reader and (own or _WE.search(outside_quotes(text))):
        return overlap < _ON_TOPIC_TO_READER
    if overlap >= _ON_TOPIC or here.shares_name(passage) or there.shares_name(passage):
        return False
    return _has_voice(text, article) or (_is_timeless(text) and _other_events(here, there))


def _has_voice(text: str, article: Article) -> bool:
    """Whether the publisher speaks: to the reader, of itself, or of its author."""
    own = _is_own_voice(text, article.publisher) or _is_about(text, article.author)
    return own or speaks_to_reader(text) or _BIOGRAPHY.match(text) is not None


def _is_about(text: str, author: str | None) -> bool:
    """Whether it is the biography of the article's author."""
    return any(
        text.casefold().startswith(name.casefold()) and _AUTHOR_DOES.match(text[len(name) :])
        for name in (author or "").split(", ")
        if name
    )


def _is_own_voice(text: str, publisher: str | None) -> bool:
    """Whether the outlet speaks of itself or its article."""
    unquoted = outside_quotes(text)
    bare = re.sub(r"^the ", "", publisher or "", flags=re.IGNORECASE)
    short = bare.split()[-1] if bare else ""
    calls = [rf"(?<!\w){re.escape(bare)}(?!\w)", rf"\b[Tt]he {re.escape(short)}\b"]  # The Harbour Courier; the Courier
    named = len(short) >= _SHORTEST_NAME and any(re.search(call, unquoted) for call in calls)
    return bool(named or _SELF.search(unquoted))


def _is_timeless(text: str) -> bool:
    """Whether it gives no figure and no day, as background does."""
    return not calendar_mentions(text) and not any(c.isdigit() for c in text) and not has_past_or_auxiliary(text)


def _insists(text: str) -> bool:
    return times_addressed(text) > 1 and speaks_to_reader(text)


def _one_report(one: _Telling, other: _Telling) -> bool:
    """Versions or copies of one report have most in common; nothing can be learnt from what recurs in them."""
    fewer = min(len(one.runs), len(other.runs))
    rewritten = not fewer or len(one.runs & other.runs) >= _SAME_REPORT * fewer
    return rewritten or min(one.share, other.share) < _OWN_SHARE


def _other_events(one: _Telling, other: _Telling) -> bool:
    fewer = min(len(one.stems), len(other.stems))
    return bool(fewer) and len(one.stems & other.stems) < _OTHER_EVENT * fewer and not one.names & other.names


def _is_elsewhere(key: Key, others: Sequence[_Read]) -> bool:
    """Whether another publisher has the passage, too, or half of its wording."""
    found = _runs(key)
    if not found:
        return any(key in other.keys for other in others)
    return any(sum(run in other.runs for run in found) >= _WIRE * len(found) for other in others)


def _runs(key: Key) -> list[Run]:
    return list(zip(*(key[i:] for i in range(_RUN)), strict=False))


def _publisher(article: Article) -> str | None:
    """One key for the names of one publisher; without a name, the host of the address."""
    name = " ".join(fold_token(word.text) for word in words(article.publisher or "")).removeprefix("the ")
    try:
        host = urlsplit(article.url or "").hostname
    except ValueError:
        host = None
    return name or (f"at {host.removeprefix('www.')}" if host else None)


def _passages(article: Article) -> Iterator[_Passage]:
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
        yield _Passage(span, text, len(key), key)


def _key(text: str) -> Key:
    return tuple(token.word for token in tokens_of(text))


def _ends_line(gap: str) -> bool:
    return bool(gap) and gap.splitlines() != [gap]

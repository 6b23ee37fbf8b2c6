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
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import islice, pairwise
from typing import Final

from pipeline.domain.article import Article, Span
from pipeline.text.dates import calendar_mentions
from pipeline.text.forms import speaks_to_reader, times_addressed
from pipeline.text.own_voice import has_voice, is_about, is_own_voice, says_we
from pipeline.text.passages import Key, Passage, Read, Telling, runs_of
from pipeline.text.quotes import outside_quotes, quoted_runs
from pipeline.text.words import has_past_or_auxiliary

_SHORTEST, _LONGEST = 4, 150
"""Words of a passage that is looked at."""
_NEARLY: Final = 0.85
_NEARLY_FROM: Final = 8
"""Passages of so many words in the outlet's voice are one if this share of their words is: a day or a count changes."""
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
_PARTNERS, _ASKED = 4, 32
"""So many other reports that have a passage are looked at, among so many articles: a publisher may have thousands."""

_FINDS: Final = re.compile(
    r"\b(?:reported|revealed|learn(?:ed|t)|found|seen|obtained|contacted|approached|asked|understands|told|said|says"
    r"|confirmed|declined)\b",
    re.IGNORECASE,
)


def boilerplate(articles: Sequence[Article]) -> list[tuple[Span, ...]]:
    """For each article the spans of its text that are its publisher's boilerplate, in order; often none.

    What is found depends on the articles that are given: one alone has none.
    """
    read = [Read(article) for article in articles]
    by_publisher: dict[str, list[int]] = {}
    for index, one in enumerate(read):
        if one.publisher:
            by_publisher.setdefault(one.publisher, []).append(index)
    recurring = {name: _recurring(members, read) for name, members in by_publisher.items() if len(members) > 1}
    carriers = _carriers({mark for keys in recurring.values() for key in keys for mark in _marks(key)}, read)
    found: dict[int, tuple[Span, ...]] = {}
    for publisher, keys in recurring.items():
        found |= _of_publisher({key: keys[key] for key in keys if _is_its_own(key, publisher, carriers)}, keys, read)
    return [found.get(index, ()) for index in range(len(articles))]


def _of_publisher(
    candidates: Mapping[Key, Sequence[int]], recurring: Mapping[Key, Sequence[int]], read: Sequence[Read]
) -> dict[int, tuple[Span, ...]]:
    telling: dict[int, Telling] = {}
    apart: dict[tuple[int, int], bool] = {}

    def tell(index: int) -> Telling:
        if index not in telling:
            telling[index] = Telling(read[index], recurring)
        return telling[index]

    def partners(key: Key, index: int) -> Iterator[Telling]:
        """Some of the other reports that have the passage, no versions of this one."""
        holders = candidates[key]
        at = holders.index(index)
        for other in islice((*holders[at + 1 :], *holders[:at]), _ASKED):
            pair = (min(index, other), max(index, other))
            if pair not in apart:
                apart[pair] = not _one_report(tell(index), tell(other))
            if apart[pair]:
                yield tell(other)

    def is_standing(passage: Passage, index: int) -> bool:
        if passage.key not in candidates or not _may_stand(passage.text, read[index].article):
            return False
        some = islice(partners(passage.key, index), _PARTNERS)
        return any(_is_standing(passage, tell(index), there, read[index].article) for there in some)

    return {
        index: _taken(read[index], [is_standing(p, index) for p in read[index].passages], candidates)
        for index in sorted({index for several in candidates.values() for index in several})
    }


def _carriers(marks: Collection[Key], read: Sequence[Read]) -> dict[Key, set[str]]:
    """The publishers that have each mark of a passage in print; the unknown ones are one, which has no name."""
    found: dict[Key, set[str]] = {mark: set() for mark in marks}
    for one in read:
        for key in one.keys:
            for mark in _marks(key):
                if mark in found:
                    found[mark].add(one.publisher or "")
    return found


def _marks(key: Key) -> Sequence[Key]:
    """By what a passage is known in others: its runs of words; a passage too short for these by itself."""
    return runs_of(key) or [key]


def _is_its_own(key: Key, publisher: str, carriers: Mapping[Key, Collection[str]]) -> bool:
    """Whether nobody else has the passage, nor half of its wording."""
    marks = _marks(key)
    foreign = sum(any(carrier != publisher for carrier in carriers[mark]) for mark in marks)
    return foreign < _WIRE * len(marks)


def _recurring(members: Sequence[int], read: Sequence[Read]) -> dict[Key, list[int]]:
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


def _nearly_equal(members: Sequence[int], read: Sequence[Read]) -> Iterator[tuple[Key, Key]]:
    """Pairs of passages in the outlet's voice that begin or end alike and differ in a word or two."""
    alike: dict[tuple[Key, Key], set[Key]] = {}
    for passage in (passage for index in members for passage in read[index].passages):
        if _NEARLY_FROM <= passage.size <= _LONGEST and (speaks_to_reader(passage.text) or says_we(passage.text)):
            for ends in ((passage.key[:3], ()), ((), passage.key[-3:])):
                alike.setdefault(ends, set()).add(passage.key)
    for keys in alike.values():
        for one, two in pairwise(sorted(keys)):
            if SequenceMatcher(None, one, two, autojunk=False).ratio() >= _NEARLY:
                yield one, two


def _taken(read: Read, standing: Sequence[bool], candidates: Collection[Key]) -> tuple[Span, ...]:
    """The passages of one article that go: of its closing block, of its opening, and insistent ones elsewhere."""
    count = len(standing)
    recurs = [passage.key in candidates for passage in read.passages]
    closing = next((i for i in range(count) if not recurs[count - 1 - i]), count)
    opening = next((i for i in range(count) if not standing[i]), count)
    edges = {*range(opening), *range(count - closing, count)}
    gone = [p for i, p in enumerate(read.passages) if standing[i] and (i in edges or _insists(p.text))]
    total = sum(passage.size for passage in read.passages)
    if sum(passage.size for passage in gone) > _MOST * total:
        return ()
    return tuple(passage.span for passage in gone)


def _is_standing(passage: Passage, here: Telling, there: Telling, article: Article) -> bool:
    """Whether a passage that two articles have in common is the publisher's and not the event's."""
    text = passage.text
    overlap = max(here.overlap(passage), there.overlap(passage))
    own, to_reader = is_own_voice(text, article.publisher), speaks_to_reader(text)
    if is_about(text, article.author):
        return overlap < _ABOUT_AUTHOR
    if to_reader and (own or says_we(outside_quotes(text))):
        return overlap < _ON_TOPIC_TO_READER
    if overlap >= _ON_TOPIC or here.shares_name(passage) or there.shares_name(passage):
        return False
    return has_voice(text, article) or _other_events(here, there)


def _may_stand(text: str, article: Article) -> bool:
    """Whether it can be the publisher's at all; what somebody says is told, and so is what the outlet found out."""
    return not quoted_runs(text) and not _FINDS.search(text) and (has_voice(text, article) or _is_timeless(text))


def _is_timeless(text: str) -> bool:
    """Whether it gives no figure and no day, as background does."""
    return not calendar_mentions(text) and not any(c.isdigit() for c in text) and not has_past_or_auxiliary(text)


def _insists(text: str) -> bool:
    return times_addressed(text) > 1 and speaks_to_reader(text)


def _one_report(one: Telling, other: Telling) -> bool:
    """Versions or copies of one report have most in common; nothing can be learnt from what recurs in them."""
    fewer = min(len(one.runs), len(other.runs))
    rewritten = not fewer or len(one.runs & other.runs) >= _SAME_REPORT * fewer
    return rewritten or min(one.share, other.share) < _OWN_SHARE


def _other_events(one: Telling, other: Telling) -> bool:
    fewer = min(len(one.stems), len(other.stems))
    return bool(fewer) and len(one.stems & other.stems) < _OTHER_EVENT * fewer and not one.names & other.names
